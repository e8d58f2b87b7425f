/* Crests of a gradient of two components: its length, and where that is largest along it.  Each product is rounded
   before it is added, so that results are those of NumPy, and those of flipped images their mirror images. */

#define VECTOR vector_f64
#define LOOSE loose_f64
#define LANES ((ptrdiff_t)(BYTES / sizeof(double)))
#define EITHER(mask, yes, no) (VECTOR)(((mask) & (words)(yes)) | (~(mask) & (words)(no)))

enum { PEAK = 1, PLATEAU = 2 }; /* a plateau begins where the gradient comes from below, and nothing falls off ahead */

static inline VECTOR product(VECTOR a, VECTOR b) {
    VECTOR rounded = a * b;
    PIN(rounded);
    return rounded;
}

static inline VECTOR length_of(VECTOR a, VECTOR b, VECTOR least) {
    VECTOR length = root_f64(product(a, a) + product(b, b));
    return EITHER((words)(length <= least), (VECTOR){0}, length);
}

/* Write the length of gradients, 0 where it is at most `least`: bands of rows first to last, and in vectors. */
static void lengths_work(Job *job, ptrdiff_t first, ptrdiff_t last, void *memory) {
    const Crest *crest = &job->crest;
    const VECTOR least = crest->least - (VECTOR){0};
    const double *down = crest->components[0], *across = crest->components[1];
    ptrdiff_t width = job->axis[2].outputs, all = job->axis[1].outputs * width, to = last * CREST_ROWS * width;
    ptrdiff_t at = first * CREST_ROWS * width;
    (void)memory;
    to = to < all ? to : all;
    for (; at + LANES <= to; at += LANES)
        *(LOOSE *)(crest->magnitude + at) = length_of(*(const LOOSE *)(down + at), *(const LOOSE *)(across + at), least);
    if (at < to) {
        VECTOR a = {0}, b = {0};
        memcpy(&a, down + at, (size_t)(to - at) * sizeof(double));
        memcpy(&b, across + at, (size_t)(to - at) * sizeof(double));
        a = length_of(a, b, least);
        memcpy(crest->magnitude + at, &a, (size_t)(to - at) * sizeof(double));
    }
}

/* Say of one vector of pixels which are peaks and which begin plateaus; rows are those above, of, and below them. */
static inline void crest_of(const double *const rows[3], const double *down, const double *across, double low,
                            unsigned char *codes, ptrdiff_t count) {
    const VECTOR none = {0}, here = *(const LOOSE *)rows[1];
    words strong = (words)(here >= low) & (words)(here > none);
    if (!any_f64(strong)) {
        memset(codes, 0, (size_t)count);
        return;
    }
    VECTOR y = *(const LOOSE *)down, x = *(const LOOSE *)across;
    words same = ~((words)(y < none) ^ (words)(x < none));
    VECTOR high = EITHER((words)(y < none), -y, y), wide = EITHER((words)(x < none), -x, x);
    words flat = (words)(wide > high);
    VECTOR larger = EITHER(flat, wide, high), smaller = EITHER(flat, high, wide);
    VECTOR rest = larger - smaller, rise[2];
    UNROLL for (int back = 0; back < 2; back++) {
        const double *ahead = rows[back ? 0 : 2], *behind = rows[back ? 2 : 0];
        int right = back ? -1 : 1;
        VECTOR straight = EITHER(flat, *(const LOOSE *)(rows[1] + right), *(const LOOSE *)ahead);
        VECTOR turned = EITHER(flat, *(const LOOSE *)(behind + right), *(const LOOSE *)(ahead - right));
        VECTOR diagonal = EITHER(same, *(const LOOSE *)(ahead + right), turned);
        rise[back] = product(rest, straight - here) + product(smaller, diagonal - here);
    }
    words falls = strong & (words)(rise[1] < none);
    words peak = falls & (words)(rise[0] < none), plateau = falls & (words)(rise[0] == none);
    for (ptrdiff_t i = 0; i < count; i++)
        codes[i] = (unsigned char)((peak[i] & PEAK) | (plateau[i] & PLATEAU));
}

/* Find the crests of bands of rows first to last.  Beyond its border a magnitude is that of the nearest pixel; a pixel
   whose gradient points mostly beyond the border is none. */
static void crests_work(Job *job, ptrdiff_t first, ptrdiff_t last, void *memory) {
    const Crest *crest = &job->crest;
    ptrdiff_t height = job->axis[1].outputs, width = job->axis[2].outputs, bottom = last * CREST_ROWS;
    (void)memory;
    bottom = bottom < height ? bottom : height;
    for (ptrdiff_t row = first * CREST_ROWS; row < bottom; row++) {
        const double *rows[3], *down = crest->components[0] + row * width, *across = crest->components[1] + row * width;
        unsigned char *codes = crest->codes + row * width;
        for (int i = 0; i < 3; i++) {
            ptrdiff_t near = row + i - 1 < 0 ? 0 : row + i - 1 < height ? row + i - 1 : height - 1;
            rows[i] = crest->magnitude + near * width;
        }
        for (ptrdiff_t x = 0; x < width; x += LANES) {
            ptrdiff_t count = x + LANES <= width ? LANES : width - x;
            if (x && x + LANES < width) {
                const double *const inside[3] = {rows[0] + x, rows[1] + x, rows[2] + x};
                crest_of(inside, down + x, across + x, crest->low, codes + x, count);
                continue;
            }
            double framed[3][BYTES / sizeof(double) + 2], parts[2][BYTES / sizeof(double)];
            for (ptrdiff_t i = -1; i <= LANES; i++) {
                ptrdiff_t near = x + i < 0 ? 0 : x + i < width ? x + i : width - 1;
                for (int k = 0; k < 3; k++)
                    framed[k][i + 1] = rows[k][near];
                if (0 <= i && i < LANES) {
                    parts[0][i] = down[near];
                    parts[1][i] = across[near];
                }
            }
            const double *const inside[3] = {framed[0] + 1, framed[1] + 1, framed[2] + 1};
            crest_of(inside, parts[0], parts[1], crest->low, codes + x, count);
        }
        for (ptrdiff_t x = 0; x < width; x += row && row < height - 1 && width > 1 ? width - 1 : 1) {
            double high = fabs(down[x]), wide = fabs(across[x]);
            int ends = !(high < wide), sides = !(wide < high);
            if (((row == 0 || row == height - 1) && ends) || ((x == 0 || x == width - 1) && sides))
                codes[x] = 0;
        }
    }
}

#undef VECTOR
#undef LOOSE
#undef LANES
#undef EITHER
