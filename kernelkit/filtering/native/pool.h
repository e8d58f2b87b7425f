/* Threads that sleep between calls, and memory that they use again. */

#ifndef KERNELKIT_POOL_H
#define KERNELKIT_POOL_H

#include <stddef.h>

/* Let up to so many threads, the caller among them, call task(argument); return when all of them have. */
void pool_run(int threads, void (*task)(void *), void *argument);

/* Memory of at least so many bytes, at a multiple of 64; NULL where there is none. */
void *space_take(size_t bytes);
void space_give(void *space);

/* Call once, before anything else. */
void pool_prepare(void);

#endif
