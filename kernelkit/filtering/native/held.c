/* Hysteresis by a flood: every pixel is taken once, however edges wind. */

#include "held.h"

#include <stdlib.h>
#include <string.h>

enum { NEIGHBOURS = 26, AT_FIRST = 1 << 12 };

typedef struct {
    ptrdiff_t *pixels, count, room;
} Stack;

static int push(Stack *stack, ptrdiff_t pixel) {
    if (stack->count == stack->room) {
        ptrdiff_t room = stack->room ? 2 * stack->room : AT_FIRST;
        ptrdiff_t *pixels = realloc(stack->pixels, (size_t)room * sizeof(ptrdiff_t));
        if (!pixels)
            return -1;
        stack->pixels = pixels;
        stack->room = room;
    }
    stack->pixels[stack->count++] = pixel;
    return 0;
}

int hold(unsigned char *levels, const ptrdiff_t shape[3], int reach) {
    ptrdiff_t step[NEIGHBOURS][3], all = shape[0] * shape[1] * shape[2];
    int neighbours = 0, failed = 0;
    for (ptrdiff_t i = 0; i < 27; i++) {
        ptrdiff_t z = i / 9 - 1, y = i / 3 % 3 - 1, x = i % 3 - 1;
        int axes = (z != 0) + (y != 0) + (x != 0);
        if (axes && axes <= reach && (!z || shape[0] > 1) && (!y || shape[1] > 1) && (!x || shape[2] > 1)) {
            step[neighbours][0] = z;
            step[neighbours][1] = y;
            step[neighbours++][2] = x;
        }
    }
    Stack stack = {NULL, 0, 0};
    const unsigned char *found = levels;
    while (!failed && (found = memchr(found, STRONG, (size_t)(levels + all - found)))) {
        failed = push(&stack, found++ - levels);
        while (!failed && stack.count) {
            ptrdiff_t pixel = stack.pixels[--stack.count];
            ptrdiff_t x = pixel % shape[2], y = pixel / shape[2] % shape[1], z = pixel / shape[2] / shape[1];
            for (int i = 0; i < neighbours; i++) {
                ptrdiff_t beside[3] = {z + step[i][0], y + step[i][1], x + step[i][2]};
                int inside = 1;
                for (int axis = 0; axis < 3; axis++)
                    inside = inside && 0 <= beside[axis] && beside[axis] < shape[axis];
                ptrdiff_t at = (beside[0] * shape[1] + beside[1]) * shape[2] + beside[2];
                if (inside && levels[at] == WEAK) {
                    levels[at] = STRONG;
                    failed = push(&stack, at) || failed;
                }
            }
        }
    }
    free(stack.pixels);
    return failed;
}
