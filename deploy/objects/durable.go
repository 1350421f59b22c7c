package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// durable is the POSIX backend whose PutObject returns only once the object would survive a power cut.
//
// The content is on the disk before the name exists, so a name never leads to half an object, and the name is on
// the disk before PUT is answered. What could store an object by another way is refused.
type durable struct{ *posix.Posix }

func (d durable) PutObject(ctx context.Context, put s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	stored, err := d.PutObjectWithPostFunc(ctx, put, (*os.File).Sync)
	if err != nil {
		return stored, err
	}
	return stored, syncNames(*put.Bucket, *put.Key)
}

func (durable) CreateMultipartUpload(
	context.Context, s3response.CreateMultipartUploadInput,
) (s3response.InitiateMultipartUploadResult, error) {
	return s3response.InitiateMultipartUploadResult{}, s3err.GetAPIError(s3err.ErrNotImplemented)
}

func (durable) CopyObject(context.Context, s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	return s3response.CopyObjectOutput{}, s3err.GetAPIError(s3err.ErrNotImplemented)
}

func (durable) CreateBucket(context.Context, *s3.CreateBucketInput, []byte) error {
	return s3err.GetAPIError(s3err.ErrNotImplemented)
}

var _ backend.Backend = durable{}

// syncNames has the object's file and every folder that leads to it from the bucket on the disk; the backend
// works in the store's folder, so that paths begin with the bucket.
func syncNames(bucket, key string) error {
	path := filepath.Join(bucket, key)
	for ; path != "."; path = filepath.Dir(path) {
		if err := syncPath(path); err != nil {
			return err
		}
	}
	return nil
}

func syncPath(path string) error {
	opened, err := os.Open(path)
	if err != nil {
		return err
	}
	defer opened.Close()
	return opened.Sync()
}
