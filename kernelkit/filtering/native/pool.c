/* A pool of POSIX threads.  Idle threads wait on a condition and never spin: a spinning pool is slower by an order of
   magnitude as soon as another process uses one of the cores.  Threads start when first wanted, and again in a child
   after fork, which inherits none. */

#include "pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wanted_more = PTHREAD_COND_INITIALIZER, all_done = PTHREAD_COND_INITIALIZER;
static int started, busy, wanted, running;
static void (*current)(void *);
static void *current_argument;

static void *worker(void *unused) {
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!wanted)
            pthread_cond_wait(&wanted_more, &lock);
        wanted--;
        running++;
        pthread_mutex_unlock(&lock);
        current(current_argument);
        pthread_mutex_lock(&lock);
        if (!--running)
            pthread_cond_signal(&all_done);
    }
    return unused;
}

/* Start threads up to the number asked for, or as many as the system gives; signals stay with Python's thread. */
static void start(int threads) {
    sigset_t every, before;
    pthread_t thread;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    while (started < threads && !pthread_create(&thread, NULL, worker, NULL)) {
        pthread_detach(thread);
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void pool_run(int threads, void (*task)(void *), void *argument) {
    pthread_mutex_lock(&lock);
    /* one job at a time: a second caller works alone, on the core that it has */
    int shared = threads > 1 && !busy;
    if (shared) {
        start(threads - 1);
        busy = 1;
        current = task;
        current_argument = argument;
        wanted = started < threads - 1 ? started : threads - 1;
        pthread_cond_broadcast(&wanted_more);
    }
    pthread_mutex_unlock(&lock);
    task(argument);
    if (shared) {
        pthread_mutex_lock(&lock);
        wanted = 0; /* who has not woken yet finds nothing left to do */
        while (running)
            pthread_cond_wait(&all_done, &lock);
        busy = 0;
        pthread_mutex_unlock(&lock);
    }
}

/* Fresh pages cost more than the sums of a small image, so memory is kept, as much as one call of all threads took. */
enum { KEPT = 64 };
typedef struct {
    void *memory;
    size_t bytes;
} Header; /* stands in the 64 bytes before the memory */

static void *kept[KEPT];
static int kept_count;

void *space_take(size_t bytes) {
    void *space = NULL;
    pthread_mutex_lock(&lock);
    if (kept_count)
        space = kept[--kept_count];
    pthread_mutex_unlock(&lock);
    if (space && ((Header *)((char *)space - 64))->bytes >= bytes)
        return space;
    if (space)
        free(((Header *)((char *)space - 64))->memory);
    if (bytes > SIZE_MAX - 128)
        return NULL;
    char *memory = malloc(bytes + 128);
    if (!memory)
        return NULL;
    char *aligned = memory + 64 + (-(uintptr_t)memory & 63);
    *(Header *)(aligned - 64) = (Header){memory, bytes};
    return aligned;
}

void space_give(void *space) {
    pthread_mutex_lock(&lock);
    int room = kept_count < KEPT;
    if (room)
        kept[kept_count++] = space;
    pthread_mutex_unlock(&lock);
    if (!room)
        free(((Header *)((char *)space - 64))->memory);
}

static void in_child(void) {
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&wanted_more, NULL);
    pthread_cond_init(&all_done, NULL);
    started = busy = wanted = running = 0;
}

void pool_prepare(void) {
    static int prepared;
    if (!prepared++)
        pthread_atfork(NULL, NULL, in_child);
}
