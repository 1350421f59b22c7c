// Command sirekap-objects is the S3-compatible object store of the reference stack's full profile.
//
// It is Versity's S3 gateway over its POSIX backend, with the one thing that a receipt needs and the gateway
// leaves out: an object is on the disk, and so is its name, before PUT is answered. Versity writes an object
// into an unnamed file and links it into place, both without fsync; after a power cut acknowledged objects were
// gone (see tests/sirekap/stack/test_objects_power_cut.py).
//
//	OBJECTS_ACCESS_KEY=... OBJECTS_SECRET_KEY=... sirekap-objects -dir DIR -bucket photos -listen 127.0.0.1:7070
//
// GET /healthz is answered with 200 once it serves. SIGTERM and SIGINT end it after the requests in hand.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

const (
	maxConnections = 1024 // beyond these TCP connections wait
	maxRequests    = 512
)

func main() {
	dir := flag.String("dir", "", "folder the objects live in")
	bucket := flag.String("bucket", "photos", "bucket to have")
	listen := flag.String("listen", "127.0.0.1:7070", "host:port to serve on")
	honest := flag.Bool("fsync", true, "fsync object and folder before PUT is answered; off only to show what is lost")
	keys := flag.String("keys", "", "folder with the files objects_access_key and objects_secret_key, instead of the environment")
	flag.Parse()
	if err := serve(*dir, *bucket, *listen, *keys, *honest); err != nil {
		log.Fatalf("sirekap-objects: %v", err)
	}
}

func serve(dir, bucket, listen, keys string, honest bool) error {
	access, secret, err := readKeys(keys)
	if err != nil {
		return err
	}
	if dir == "" || access == "" || secret == "" {
		return errors.New("-dir, OBJECTS_ACCESS_KEY and OBJECTS_SECRET_KEY (or -keys) are needed")
	}
	if err := makeBucket(dir, bucket); err != nil {
		return fmt.Errorf("bucket %s in %s: %w", bucket, dir, err)
	}
	store, err := posix.New(dir, meta.NoMeta{}, posix.PosixOpts{
		Concurrency:        maxRequests,
		DataIntegrityEtag:  true, // a checksum instead of MD5
		ForceNoObjLockFile: true, // no other process writes here
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	config := &embedgw.Config{
		RootUserAccess:    access,
		RootUserSecret:    secret,
		Ports:             []string{listen},
		MaxConnections:    maxConnections,
		MaxRequests:       maxRequests,
		MultipartMaxParts: 1,
		KeepAlive:         true,
		Quiet:             true,
		HealthPath:        "/healthz",
	}
	if !honest {
		return embedgw.RunVersityGW(ctx, store, config)
	}
	return embedgw.RunVersityGW(ctx, durable{store}, config)
}

// readKeys takes the keys from two files in `folder`, or from the environment if there is none.
func readKeys(folder string) (access, secret string, err error) {
	if folder == "" {
		return os.Getenv("OBJECTS_ACCESS_KEY"), os.Getenv("OBJECTS_SECRET_KEY"), nil
	}
	first, err := os.ReadFile(filepath.Join(folder, "objects_access_key"))
	if err != nil {
		return "", "", err
	}
	second, err := os.ReadFile(filepath.Join(folder, "objects_secret_key"))
	return string(first), string(second), err
}

// makeBucket makes the bucket's folder, if it is not there, and has its name on the disk.
func makeBucket(dir, bucket string) error {
	if err := os.MkdirAll(filepath.Join(dir, bucket), 0o755); err != nil {
		return err
	}
	return syncPath(dir)
}
