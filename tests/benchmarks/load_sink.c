/* A server that is faster than whoever loads it: one thread, one epoll, answers made beforehand.
 *
 *     load_sink PORT
 *
 * Bodies are counted and dropped inside the kernel (recv with MSG_TRUNC copies nothing); an answer goes out when
 * the last byte of its body has come. Of every request the moment of its arrival is kept as the kernel stamped its
 * last segment (SO_TIMESTAMPNS), so that it is right while this process is stopped as well.
 *
 *     GET  /counts   JSON: logins, uploads, others, body_bytes, malformed, connections
 *     GET  /taken    the log since the last time: rows of (arrived, answered; epoch seconds, f64), and forgets it
 *     POST /v1/login, POST /v1/tps/...   what gladi's target for the reference stack wants to read; else {}
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_BYTES 8192
#define CONNECTIONS 65536
#define LOG_ROWS 4000000
#define TAKE_BYTES (1 << 20)

struct connection {
    char head[HEAD_BYTES + 1];
    size_t filled;
    long long left; /* body bytes still to come; -1 while the head is read */
    int closing;
    enum { LOGIN, UPLOAD, OTHER, COUNTS, TAKEN } kind;
    double arrived;
};

static struct connection *connections[CONNECTIONS];
static struct { double arrived, answered; } *rows;
static size_t rows_kept;
static unsigned long long served[3], body_bytes, malformed, opened;

static const char *answers[] = {
    "{\"token\":\"c2luayB0b2tlbiBvZiBhIHNlc3Npb24gdGhhdCBpcyBub25l\",\"initialised\":true}",
    "{\"receipt\":\"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4\"}",
    "{}",
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Bytes received, into `to` or nowhere; the kernel's stamp of the last of them in `*at`. */
static ssize_t take(int fd, char *to, size_t room, double *at)
{
    char control[128];
    struct iovec where = {to, room};
    struct msghdr m = {.msg_iov = &where, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(fd, &m, to ? 0 : MSG_TRUNC);
    for (struct cmsghdr *c = got > 0 ? CMSG_FIRSTHDR(&m) : NULL; c; c = CMSG_NXTHDR(&m, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(c), sizeof t);
            *at = t.tv_sec + t.tv_nsec * 1e-9;
        }
    return got;
}

static int say(int fd, const char *type, const void *body, size_t length)
{
    char out[1024];
    int head = snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", type, length);
    size_t small = length < sizeof out - head ? length : 0;
    memcpy(out + head, body, small);
    if (send(fd, out, head + small, MSG_NOSIGNAL) != head + (ssize_t)small) return -1;
    for (size_t sent = small; sent < length;) {
        ssize_t n = send(fd, (const char *)body + sent, length - sent, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN) return -1;
        sent += n > 0 ? n : 0;
    }
    return 0;
}

static int answer(int fd, struct connection *c)
{
    if (c->kind == COUNTS) {
        char out[400];
        int n = snprintf(out, sizeof out,
            "{\"logins\":%llu,\"uploads\":%llu,\"others\":%llu,\"body_bytes\":%llu,\"malformed\":%llu,\"connections\":%llu}",
            served[LOGIN], served[UPLOAD], served[OTHER], body_bytes, malformed, opened);
        return say(fd, "application/json", out, n);
    }
    if (c->kind == TAKEN) {
        int bad = say(fd, "application/octet-stream", rows, rows_kept * sizeof *rows);
        rows_kept = 0;
        return bad;
    }
    served[c->kind]++;
    if (say(fd, "application/json", answers[c->kind], strlen(answers[c->kind]))) return -1;
    if (rows_kept < LOG_ROWS) {
        rows[rows_kept].arrived = c->arrived;
        rows[rows_kept++].answered = now();
    }
    return 0;
}

/* The head is whole up to `end`: what is asked, and how many bytes of body belong to it. */
static int understand(struct connection *c, char *end)
{
    *end = 0;
    if (!strncmp(c->head, "POST /v1/login ", 15)) c->kind = LOGIN;
    else if (!strncmp(c->head, "POST /v1/tps/", 13)) c->kind = UPLOAD;
    else if (!strncmp(c->head, "GET /counts ", 12)) c->kind = COUNTS;
    else if (!strncmp(c->head, "GET /taken ", 11)) c->kind = TAKEN;
    else c->kind = OTHER;
    if (strcasestr(c->head, "\r\ntransfer-encoding:")) return -1;
    char *length = strcasestr(c->head, "\r\ncontent-length:");
    c->left = length ? atoll(length + 17) : 0;
    c->closing = strcasestr(c->head, "\r\nconnection: close") != NULL;
    return c->left < 0 ? -1 : 0;
}

/* Everything that has come on one connection; nonzero when it is to be closed. */
static int serve(int fd, struct connection *c)
{
    for (;;) {
        ssize_t got;
        if (c->left < 0) {
            char *end = c->filled ? memmem(c->head, c->filled, "\r\n\r\n", 4) : NULL;
            if (!end) {
                if (c->filled == HEAD_BYTES) { malformed++; return 1; }
                got = take(fd, c->head + c->filled, HEAD_BYTES - c->filled, &c->arrived);
                if (got <= 0) return got == 0 || errno != EAGAIN;
                c->filled += got;
                continue;
            }
            size_t head = end + 4 - c->head;
            if (understand(c, end)) { malformed++; return 1; }
            size_t here = c->filled - head;
            if ((long long)here > c->left) here = c->left;
            body_bytes += here;
            c->left -= here;
            c->filled -= head + here;
            memmove(c->head, c->head + head + here, c->filled);
        } else if (c->left > 0) {
            got = take(fd, NULL, c->left < TAKE_BYTES ? c->left : TAKE_BYTES, &c->arrived);
            if (got <= 0) return got == 0 || errno != EAGAIN;
            body_bytes += got;
            c->left -= got;
        }
        if (c->left == 0) {
            if (answer(fd, c) || c->closing) return 1;
            c->left = -1;
        }
    }
}

int main(int count, char **given)
{
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    signal(SIGPIPE, SIG_IGN);
    rows = malloc(LOG_ROWS * sizeof *rows);
    int on = 1, door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons(count > 1 ? atoi(given[1]) : 0)};
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(door, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on); /* those accepted inherit it */
    setsockopt(door, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(door, (struct sockaddr *)&at, sizeof at) || listen(door, 4096)) { perror("load_sink"); return 3; }
    struct epoll_event wish = {.events = EPOLLIN, .data.fd = door}, ready[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, door, &wish);
    for (;;) {
        int n = epoll_wait(poll, ready, 256, -1);
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd == door) {
                while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    if (fd >= CONNECTIONS) { close(fd); continue; }
                    if (!connections[fd]) connections[fd] = malloc(sizeof **connections);
                    connections[fd]->filled = 0;
                    connections[fd]->left = -1;
                    opened++;
                    wish.data.fd = fd;
                    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &wish);
                }
            } else if (serve(fd, connections[fd])) close(fd);
        }
    }
}
