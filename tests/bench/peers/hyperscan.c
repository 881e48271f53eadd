/* Hyperscan's literals: caseless, no folding, every hit with its boundaries checked, post by post.
 * Speaks the protocol that ../outside.rs explains. Build: cc -O2 -pthread hyperscan.c $(pkg-config --cflags --libs libhs) */

#define _GNU_SOURCE
#include <ctype.h>
#include <hs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct lines {
    char *bytes;
    const char **at;
    unsigned *len;
    size_t count;
};

struct look {
    const char *post;
    unsigned len;
    const unsigned *terms;
    unsigned *seen; /* by term: the post that last held it */
    unsigned stamp;
    size_t found, distinct;
};

struct half {
    const hs_database_t *db;
    hs_scratch_t *scratch;
    const struct lines *posts;
    const struct lines *terms;
    size_t from, to, step;
    size_t found;
    double cpu;
};

static void die(const char *why) {
    fprintf(stderr, "hyperscan: %s\n", why);
    exit(1);
}

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct lines read_lines(const char *path) {
    struct lines out = {0};
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file), room = 0;
    rewind(file);
    out.bytes = malloc(size + 1);
    if (!out.bytes || fread(out.bytes, 1, size, file) != size) die("cannot read");
    fclose(file);
    for (size_t from = 0, i = 0; i < size; i++) {
        if (out.bytes[i] != '\n') continue;
        if (out.count == room) {
            room = room ? room * 2 : 1024;
            out.at = realloc(out.at, room * sizeof *out.at);
            out.len = realloc(out.len, room * sizeof *out.len);
            if (!out.at || !out.len) die("no memory");
        }
        out.bytes[i] = 0;
        out.at[out.count] = out.bytes + from;
        out.len[out.count++] = (unsigned)(i - from);
        from = i + 1;
    }
    return out;
}

static int inside(unsigned char c) { return c >= 0x80 || isalnum(c); }

static int is_whole(const struct look *look, unsigned id, unsigned long long to) {
    unsigned long long from = to - look->terms[id];
    if (from > 0 && inside((unsigned char)look->post[from - 1])) return 0;
    return to >= look->len || !inside((unsigned char)look->post[to]);
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    struct look *look = context;
    (void)from, (void)flags;
    look->found += (size_t)is_whole(look, id, to);
    return 0;
}

static int count_both(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    struct look *look = context;
    (void)from, (void)flags;
    if (!is_whole(look, id, to)) return 0;
    look->found++;
    look->distinct += look->seen[id] != look->stamp;
    look->seen[id] = look->stamp;
    return 0;
}

static void *scan(void *context) {
    struct half *half = context;
    double start = now(CLOCK_THREAD_CPUTIME_ID);
    struct look look = {.terms = half->terms->len};
    for (size_t i = half->from; i < half->to; i += half->step) {
        look.post = half->posts->at[i];
        look.len = half->posts->len[i];
        hs_scan(half->db, look.post, look.len, 0, half->scratch, count, &look);
    }
    half->found = look.found;
    half->cpu = now(CLOCK_THREAD_CPUTIME_ID) - start;
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 4) die("posts, terms, every");
    struct lines posts = read_lines(argv[1]), terms = read_lines(argv[2]);
    size_t every = strtoul(argv[3], NULL, 10), size = 0;
    unsigned *flags = malloc(terms.count * sizeof *flags), *ids = malloc(terms.count * sizeof *ids);
    size_t *lens = malloc(terms.count * sizeof *lens);
    if (!flags || !ids || !lens) die("no memory");
    for (size_t i = 0; i < terms.count; i++) {
        flags[i] = HS_FLAG_CASELESS;
        ids[i] = (unsigned)i;
        lens[i] = terms.len[i];
    }
    hs_database_t *db = NULL;
    hs_compile_error_t *error = NULL;
    double start = now(CLOCK_THREAD_CPUTIME_ID);
    if (hs_compile_lit_multi(terms.at, flags, ids, lens, (unsigned)terms.count, HS_MODE_BLOCK, NULL, &db, &error))
        die(error->message);
    double built = now(CLOCK_THREAD_CPUTIME_ID) - start;
    hs_scratch_t *scratch[2] = {NULL, NULL};
    if (hs_alloc_scratch(db, &scratch[0]) || hs_clone_scratch(scratch[0], &scratch[1])) die("no scratch");
    hs_database_size(db, &size);
    printf("ready %f %zu\n", built, size);
    fflush(stdout);

    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "go ", 3)) {
            size_t threads = strtoul(line + 3, NULL, 10), half = posts.count / 2;
            if (threads != 2) threads = 1;
            struct half work[2];
            for (size_t i = 0; i < threads; i++)
                work[i] = (struct half){
                    .db = db, .scratch = scratch[i], .posts = &posts, .terms = &terms, .step = every,
                    .from = i ? half : 0, .to = i + 1 == threads ? posts.count : half};
            double wall = now(CLOCK_MONOTONIC);
            pthread_t other;
            if (threads == 2 && pthread_create(&other, NULL, scan, &work[1])) die("no thread");
            scan(&work[0]);
            if (threads == 2) pthread_join(other, NULL);
            wall = now(CLOCK_MONOTONIC) - wall;
            size_t found = work[0].found + (threads == 2 ? work[1].found : 0);
            double cpu = threads == 2 && work[1].cpu > work[0].cpu ? work[1].cpu : work[0].cpu;
            printf("%f %f %zu\n", cpu, wall, found);
        } else if (!strncmp(line, "count ", 6)) {
            struct lines other = read_lines(line + 6);
            struct look look = {.terms = terms.len, .seen = calloc(terms.count, sizeof(unsigned))};
            for (size_t i = 0; i < other.count; i++) {
                look.post = other.at[i];
                look.len = other.len[i];
                look.stamp = (unsigned)i + 1;
                hs_scan(db, look.post, look.len, 0, scratch[0], count_both, &look);
            }
            printf("%zu %zu\n", look.found, look.distinct);
        } else {
            die(line);
        }
        fflush(stdout);
    }
    return 0;
}
