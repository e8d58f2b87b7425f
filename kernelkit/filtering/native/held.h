/* Hysteresis: weak pixels that a strong one holds. */

#ifndef KERNELKIT_HELD_H
#define KERNELKIT_HELD_H

#include <stddef.h>

enum { NOTHING, WEAK, STRONG };

/* Make strong what is weak and connected to something strong, along at most so many of three axes at once; return
   nonzero where there is no memory for that. */
int hold(unsigned char *levels, const ptrdiff_t shape[3], int reach);

#endif
