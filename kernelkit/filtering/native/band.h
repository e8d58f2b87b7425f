/* The loops, for one type of number (REAL) and one width of vector (BYTES); included once for each.

   Eight output rows are summed at once, a vector wide, with the weights of one run in registers, so that a sample
   that is loaded once is used by up to eight sums.  Input rows are first copied into a ring of rows: that converts
   their type, extends them beyond the border, and gives them a stride of an odd number of cache lines, without which
   rows of images of 2^n samples share few sets of the cache.  Every output is summed in one order, whatever the
   thread, block or vector it falls into. */

#define VECTOR NAME(vector)
#define LANES ((ptrdiff_t)(BYTES / sizeof(REAL)))
#define NARROW_LANES ((ptrdiff_t)(NARROW / sizeof(REAL)))
#define PIECES (ROWS * LANES) /* outputs of a row from which it is summed in eight pieces */
#define STRIP (512 / BYTES) /* vectors of a row that are summed before the next eight rows */

/* Where everything lies in the work space of one thread. */
typedef struct {
    ptrdiff_t planes, rows, width, stride;
    int direct;
    REAL *ring, *columns, *spare;
    const REAL ***window; /* where the rows of the planes around an output begin */
    const REAL **row_of; /* planes x rows: where a row of the ring begins */
    ptrdiff_t *plane_held, *row_held;
} NAME(Space);

/* Whether rows are read where they lie in the image: of this type, whole, and none beside the output's own, or few of
   which each is read once, because rows of images of 2^n samples fall into one set of the cache.  Products of factors
   are extended after their columns were summed, which asks for a row in one block. */
static int NAME(direct)(const Job *job) {
    enum { FEW = 16, SHORT = 256 /* half of the narrowest block: its ends stay apart */ };
    const Axis *axis = job->axis;
    if (job->kind != KIND || axis[2].stride != (ptrdiff_t)sizeof(REAL) || axis[2].outputs < LANES)
        return 0;
    if (rows_alone(job))
        return axis[2].outputs >= 4 * PIECES && axis[2].window <= SHORT && axis[2].samples >= axis[2].window + 2 * LANES;
    int factors = job->separable[0] && (job->kernels == 1 || job->separable[1]);
    return (axis[2].window == 1 || (factors && blocks_across(job) == 1)) && axis[0].window * axis[1].window <= FEW;
}

static size_t NAME(lay_out)(const Job *job, char *memory, NAME(Space) * space) {
    ptrdiff_t planes = job->axis[0].window, rows = job->block_rows + job->axis[1].window - 1;
    ptrdiff_t widest = job->axis[2].outputs - (blocks_across(job) - 1) * job->block_width;
    ptrdiff_t width = widest + job->axis[2].window - 1 + LANES + 64 / (ptrdiff_t)sizeof(REAL);
    ptrdiff_t lines = (width * (ptrdiff_t)sizeof(REAL) + 63) / 64 | 1;
    ptrdiff_t stride = lines * 64 / (ptrdiff_t)sizeof(REAL);
    size_t bytes = 0;
    space->planes = planes;
    space->rows = rows;
    space->stride = stride;
    space->width = 0;
    space->direct = NAME(direct)(job);
    space->ring = (REAL *)(memory + bytes);
    bytes += (size_t)(planes * rows) * lines * 64;
    space->columns = (REAL *)(memory + bytes);
    bytes += (size_t)(2 * ROWS) * lines * 64;
    space->spare = (REAL *)(memory + bytes);
    bytes += (size_t)(2 * ROWS) * lines * 64;
    space->window = (const REAL ***)(memory + bytes);
    bytes += (size_t)planes * sizeof(REAL **);
    space->row_of = (const REAL **)(memory + bytes);
    bytes += (size_t)(planes * rows) * sizeof(REAL *);
    space->plane_held = (ptrdiff_t *)(memory + bytes);
    bytes += (size_t)planes * sizeof(ptrdiff_t);
    space->row_held = (ptrdiff_t *)(memory + bytes);
    bytes += (size_t)(planes * rows) * sizeof(ptrdiff_t);
    return bytes;
}

static size_t NAME(space)(const Job *job) {
    NAME(Space) space;
    return NAME(lay_out)(job, NULL, &space);
}

static ptrdiff_t NAME(source)(const Axis *axis, ptrdiff_t place) {
    if (place < axis->before)
        return axis->sources_before[place];
    place -= axis->before;
    return place < axis->samples ? place : axis->sources_after[place - axis->samples];
}

/* Copy samples of one type; step is in bytes. */
#define CONVERT(KIND, TYPE)                                                                                    \
    static __attribute__((noinline)) void NAME(convert_##KIND)(REAL *restrict to, const char *restrict from,   \
                                                               ptrdiff_t step, ptrdiff_t count) {              \
        if (step == (ptrdiff_t)sizeof(TYPE))                                                                   \
            for (ptrdiff_t i = 0; i < count; i++)                                                              \
                to[i] = (REAL)((const TYPE *)from)[i];                                                         \
        else                                                                                                   \
            for (ptrdiff_t i = 0; i < count; i++)                                                              \
                to[i] = (REAL) * (const TYPE *)(from + i * step);                                              \
    }
CONVERT(U8, uint8_t)
CONVERT(I8, int8_t)
CONVERT(U16, uint16_t)
CONVERT(I16, int16_t)
CONVERT(U32, uint32_t)
CONVERT(I32, int32_t)
CONVERT(U64, uint64_t)
CONVERT(I64, int64_t)
CONVERT(F32, float)
CONVERT(F64, double)
#undef CONVERT

/* in the order of enum kind */
static void (*const NAME(convert)[])(REAL *restrict, const char *restrict, ptrdiff_t, ptrdiff_t) = {
    NAME(convert_U8),  NAME(convert_I8),  NAME(convert_U16), NAME(convert_I16), NAME(convert_U32),
    NAME(convert_I32), NAME(convert_U64), NAME(convert_I64), NAME(convert_F32), NAME(convert_F64)};

/* Where sample x of a row lies in the image; NULL if the row is outside. */
static const REAL *NAME(find)(const Job *job, ptrdiff_t z, ptrdiff_t y, ptrdiff_t x) {
    ptrdiff_t plane = NAME(source)(&job->axis[0], z), row = NAME(source)(&job->axis[1], y);
    if (plane < 0 || row < 0)
        return NULL;
    return (const REAL *)(job->image + plane * job->axis[0].stride + row * job->axis[1].stride) + x;
}

/* Copy one row, from place x on, as far as width; places count from the beginning of the first window. */
static __attribute__((noinline)) void NAME(load)(const Job *job, REAL *to, ptrdiff_t z, ptrdiff_t y, ptrdiff_t x,
                                                 ptrdiff_t width) {
    const Axis *across = &job->axis[2];
    ptrdiff_t plane = NAME(source)(&job->axis[0], z), row = NAME(source)(&job->axis[1], y), step = across->stride;
    if (plane < 0 || row < 0) {
        memset(to, 0, (size_t)width * sizeof(REAL));
        return;
    }
    const char *from = job->image + plane * job->axis[0].stride + row * job->axis[1].stride;
    ptrdiff_t inside = across->before - x, beyond = inside + across->samples;
    inside = inside < 0 ? 0 : inside < width ? inside : width;
    beyond = beyond < inside ? inside : beyond < width ? beyond : width;
    if (inside < beyond)
        NAME(convert)[job->kind](to + inside, from + (x + inside - across->before) * step, step, beyond - inside);
    for (ptrdiff_t i = 0; i < width; i++) {
        if (i == inside && (i = beyond) >= width)
            break;
        ptrdiff_t sample = NAME(source)(across, x + i), copy = sample + across->before - x;
        if (sample < 0)
            to[i] = 0;
        else if (inside <= copy && copy < beyond)
            to[i] = to[copy];
        else
            NAME(convert)[job->kind](to + i, from + sample * step, step, 1);
    }
}

/* Add runs of one height to eight rows of sums, from x on, as many vectors as said; sums start at zero unless given, and
   go to place `at` of rows.  Each height is a function of its own, so that its weights and the sums stay in registers;
   two taps around a zero are one too, because differences of first order are made of them. */
typedef void (*NAME(Panel))(const Run *run, const Run *end, const REAL *const *const *planes, ptrdiff_t x,
                            ptrdiff_t vectors, const REAL *from, REAL *const *to, ptrdiff_t at, int stream);

#define PANEL(LABEL, H, GAP)                                                                                             \
    static void NAME(panel_##LABEL)(const Run *first, const Run *end, const REAL *const *const *planes, ptrdiff_t x,       \
                                ptrdiff_t vectors, const REAL *from, REAL *const *to, ptrdiff_t at, int stream) {      \
        for (ptrdiff_t done = 0; done < vectors; done++, x += LANES, at += LANES) {                                    \
            VECTOR a[ROWS];                                                                                            \
            UNROLL for (int q = 0; q < ROWS; q++) a[q] = (VECTOR){0};                                                  \
            if (from)                                                                                                  \
                UNROLL for (int q = 0; q < ROWS; q++)                                                                  \
                    a[q] = *(const VECTOR *)(from + (q * STRIP + done) * LANES);                                       \
            for (const Run *run = first; run < end; run++) {                                                           \
                const REAL *const *rows = planes[run->plane] + run->row;                                               \
                const REAL *weights = run->weights;                                                                    \
                ptrdiff_t place = x + run->shift;                                                                      \
                VECTOR w[H];                                                                                           \
                UNROLL for (int i = 0; i < H; i++) {                                                                   \
                    w[i] = weights[i] - (VECTOR){0};                                                                   \
                    PIN(w[i]);                                                                                         \
                }                                                                                                      \
                UNROLL for (int i = 0; i < (H - 1) * GAP + ROWS; i++) {                                                \
                    VECTOR v = *(const NAME(loose) *)(rows[i] + place);                                                \
                    UNROLL for (int q = 0; q < ROWS; q++)                                                              \
                        if (i - q >= 0 && i - q <= (H - 1) * GAP && (i - q) % GAP == 0)                                \
                            a[q] += w[(i - q) / GAP] * v;                                                              \
                }                                                                                                      \
            }                                                                                                          \
            if (stream)                                                                                                \
                UNROLL for (int q = 0; q < ROWS; q++) NAME(stream)(to[q] + at, a[q]);                                  \
            else                                                                                                       \
                UNROLL for (int q = 0; q < ROWS; q++) *(NAME(loose) *)(to[q] + at) = a[q];                             \
        }                                                                                                              \
    }
PANEL(apart, 2, 2)
PANEL(1, 1, 1) PANEL(2, 2, 1) PANEL(3, 3, 1) PANEL(4, 4, 1) PANEL(5, 5, 1) PANEL(6, 6, 1)
#if TALLEST > 6
PANEL(7, 7, 1) PANEL(8, 8, 1) PANEL(9, 9, 1) PANEL(10, 10, 1) PANEL(11, 11, 1) PANEL(12, 12, 1) PANEL(13, 13, 1)
PANEL(14, 14, 1) PANEL(15, 15, 1) PANEL(16, 16, 1)
#endif
#undef PANEL

static const NAME(Panel) NAME(panels)[TALLEST + 1] = {
    NAME(panel_apart), NAME(panel_1), NAME(panel_2), NAME(panel_3), NAME(panel_4), NAME(panel_5), NAME(panel_6),
#if TALLEST > 6
    NAME(panel_7), NAME(panel_8), NAME(panel_9), NAME(panel_10), NAME(panel_11), NAME(panel_12), NAME(panel_13),
    NAME(panel_14), NAME(panel_15), NAME(panel_16),
#endif
};

/* Sum taps that all lie in one row: each sample is spread over a vector and multiplied with the weights that it has in
   the outputs of one vector, the taps backwards.  So no sample is loaded across two lines of the cache, which is what
   shifted vectors mostly are.  Taps beyond the ends are zero, which changes no sum but those of samples that are no
   finite numbers; says whether there were any: then it has to be done by runs. */
static int NAME(sum_along)(const Sum *sum, const REAL *const *rows, ptrdiff_t x, ptrdiff_t vectors, REAL *const *to,
                           ptrdiff_t at, int stream) {
    const REAL *backwards = sum->backwards;
    ptrdiff_t length = sum->length + NARROW_LANES - 1;
    NAME(narrow) wrong = {0};
    for (ptrdiff_t done = 0; done < vectors * LANES; done += NARROW_LANES, x += NARROW_LANES, at += NARROW_LANES) {
        NAME(narrow) a[ROWS];
        UNROLL for (int q = 0; q < ROWS; q++) a[q] = (NAME(narrow)){0};
        for (ptrdiff_t j = 0; j < length; j++) {
            NAME(narrow) w = *(const NAME(loose_narrow) *)(backwards - j);
            UNROLL for (int q = 0; q < ROWS; q++) a[q] += w * (rows[q][x + j] - (NAME(narrow)){0});
        }
        UNROLL for (int q = 0; q < ROWS; q++) wrong += a[q] * 0;
        if (stream)
            UNROLL for (int q = 0; q < ROWS; q++) NAME(stream_narrow)(to[q] + at, a[q]);
        else
            UNROLL for (int q = 0; q < ROWS; q++) *(NAME(loose_narrow) *)(to[q] + at) = a[q];
    }
    int any = 0;
    for (ptrdiff_t lane = 0; lane < NARROW_LANES; lane++)
        any |= wrong[lane] != 0;
    return any;
}

/* Sum a kernel's taps for eight rows, from x on. */
static void NAME(sum)(const Sum *sum, const REAL *const *const *planes, ptrdiff_t x, ptrdiff_t vectors,
                      REAL *const *to, ptrdiff_t at, int stream) {
    if (sum->backwards && !NAME(sum_along)(sum, planes[0], x, vectors, to, at, stream))
        return;
    VECTOR held[ROWS * STRIP];
    REAL *rows[ROWS];
    for (int q = 0; q < ROWS; q++)
        rows[q] = (REAL *)&held[q * STRIP];
    for (int p = 0; p < sum->panels; p++) {
        const Panel *panel = &sum->panel[p];
        int last = p == sum->panels - 1;
        NAME(panels)[panel->height](sum->runs + panel->first, sum->runs + panel->last, planes, x, vectors,
                                        p ? rows[0] : NULL, last ? to : rows, last ? at : 0, last && stream);
    }
    if (!sum->panels)
        for (int q = 0; q < ROWS; q++)
            memset(to[q] + at, 0, (size_t)vectors * BYTES);
}

/* Where to sum next, and how many vectors: one at the beginning if the output is not aligned there, strips of aligned
   ones, and one that ends where the row does. */
typedef struct {
    ptrdiff_t x, vectors;
    int aligned;
} NAME(Strip);

static NAME(Strip) NAME(next)(ptrdiff_t x, const REAL *out, ptrdiff_t width) {
    ptrdiff_t head = (ptrdiff_t)(-((uintptr_t)out / sizeof(REAL)) % (uintptr_t)LANES);
    if (x == 0 && head)
        return (NAME(Strip)){0, 1, 0};
    x = x == LANES && head ? head : x;
    ptrdiff_t whole = (width - x) / LANES;
    if (!whole)
        return (NAME(Strip)){width - LANES, 1, 0};
    return (NAME(Strip)){x, whole < STRIP ? whole : STRIP, 1};
}

#define STRIPS(strip, out, width)                                                                              \
    for (NAME(Strip) strip = NAME(next)(0, out, width); strip.vectors;                                         \
         strip = strip.x + strip.vectors * LANES < width                                                       \
                     ? NAME(next)(strip.x + strip.vectors * LANES, out, width)                                 \
                     : (NAME(Strip)){0, 0, 0})

static void NAME(sum_rows)(const Sum *sum, const REAL *const *const *planes, REAL *const *outs, ptrdiff_t width,
                           int stream) {
    STRIPS(strip, outs[0], width)
        NAME(sum)(sum, planes, strip.x, strip.vectors, outs, strip.x, stream && strip.aligned);
}

/* Do again what left the range of the type when it was squared. */
static void NAME(with_care)(const VECTOR *a, const VECTOR *b, ptrdiff_t vectors, REAL *out) {
    for (ptrdiff_t v = 0; v < vectors; v++) {
        const REAL *first = (const REAL *)&a[v], *second = (const REAL *)&b[v];
        VECTOR one = NAME(maximum)(a[v], -a[v]), two = NAME(maximum)(b[v], -b[v]), largest = NAME(maximum)(one, two);
        /* flat parts of an image are the usual case, and right already */
        words odd = ((words)(largest > (VECTOR){0}) & (words)(largest < ROOT_OF_LEAST - (VECTOR){0})) |
                    (words)(largest > ROOT_OF_MOST - (VECTOR){0});
        for (ptrdiff_t lane = 0; NAME(any)(odd) && lane < LANES; lane++)
            if ((largest[lane] > 0 && largest[lane] < ROOT_OF_LEAST) || largest[lane] > ROOT_OF_MOST)
                out[v * LANES + lane] = HYPOT(first[lane], second[lane]);
    }
}

/* sqrt(a^2 + b^2) of two kernels; where squares leave the range of the type it is done again with care. */
static void NAME(magnitude_rows)(const Sum *sums, const REAL *const *const *const *planes, REAL *const *outs,
                                 ptrdiff_t width, int stream) {
    const VECTOR small = ROOT_OF_LEAST * ROOT_OF_LEAST - (VECTOR){0}, large = ROOT_OF_MOST * ROOT_OF_MOST - (VECTOR){0};
    VECTOR a[ROWS * STRIP], b[ROWS * STRIP];
    REAL *to_a[ROWS], *to_b[ROWS];
    for (int q = 0; q < ROWS; q++) {
        to_a[q] = (REAL *)&a[q * STRIP];
        to_b[q] = (REAL *)&b[q * STRIP];
    }
    STRIPS(strip, outs[0], width) {
        NAME(sum)(&sums[0], planes[0], strip.x, strip.vectors, to_a, 0, 0);
        NAME(sum)(&sums[1], planes[1], strip.x, strip.vectors, to_b, 0, 0);
        for (int q = 0; q < ROWS; q++) {
            VECTOR least = large, most = small, *row_a = a + q * STRIP, *row_b = b + q * STRIP;
            REAL *out = outs[q] + strip.x;
            for (ptrdiff_t v = 0; v < strip.vectors; v++) {
                VECTOR square = row_a[v] * row_a[v] + row_b[v] * row_b[v], root = NAME(root)(square);
                least = NAME(minimum)(square, least);
                most = NAME(maximum)(square, most);
                NAME(put)(out + v * LANES, root, stream && strip.aligned);
            }
            if (NAME(any_less)(least, small, large, most))
                NAME(with_care)(row_a, row_b, strip.vectors, out);
        }
    }
}

/* Both kernels of a pair together, so that samples are loaded once and nothing is stored in between. */
enum { NAME(TOGETHER) = TALLEST > 6 ? ROWS : ROWS / 2 }; /* rows whose sums fit into the registers */

#define ADD(SUMS, MASK, WEIGHTS)                                                                               \
    {                                                                                                          \
        UNROLL for (int i = 0; i < PAIR_ROWS; i++) if (MASK >> i & 1) {                                        \
            VECTOR w = (WEIGHTS)[i] - (VECTOR){0};                                                             \
            UNROLL for (int q = 0; q < NAME(TOGETHER); q++) SUMS[q] += w * v[q + i];                           \
        }                                                                                                      \
    }
#define ADD_MASKED(SUMS, MASK, WEIGHTS)                                                                        \
    if ((MASK) == ALL)                                                                                         \
        ADD(SUMS, ALL, WEIGHTS)                                                                                \
    else if ((MASK) == OUTER)                                                                                  \
        ADD(SUMS, OUTER, WEIGHTS)                                                                              \
    else if ((MASK) == MIDDLE)                                                                                 \
        ADD(SUMS, MIDDLE, WEIGHTS)

static void NAME(pair_rows)(const Pair *pair, const REAL *const *const *planes, REAL *const *first,
                            REAL *const *second, ptrdiff_t width, int stream) {
    const VECTOR small = ROOT_OF_LEAST * ROOT_OF_LEAST - (VECTOR){0}, large = ROOT_OF_MOST * ROOT_OF_MOST - (VECTOR){0};
    STRIPS(strip, first[0], width)
    for (int top = 0; top < ROWS; top += NAME(TOGETHER))
        for (ptrdiff_t x = strip.x; x < strip.x + strip.vectors * LANES; x += LANES) {
            VECTOR a[NAME(TOGETHER)], b[NAME(TOGETHER)];
            UNROLL for (int q = 0; q < NAME(TOGETHER); q++) a[q] = b[q] = (VECTOR){0};
            for (const PairRun *run = pair->runs; run < pair->runs + pair->count; run++) {
                const REAL *const *rows = planes[run->plane] + top, *weights = run->weights;
                VECTOR v[NAME(TOGETHER) + PAIR_ROWS - 1];
                UNROLL for (int i = 0; i < NAME(TOGETHER) + PAIR_ROWS - 1; i++)
                    v[i] = *(const NAME(loose) *)(rows[i] + x + run->shift);
                ADD_MASKED(a, run->mask[0], weights)
                ADD_MASKED(b, run->mask[1], weights + PAIR_ROWS)
            }
            if (second) {
                UNROLL for (int q = 0; q < NAME(TOGETHER); q++) {
                    NAME(put)(first[top + q] + x, a[q], stream && strip.aligned);
                    NAME(put)(second[top + q] + x, b[q], stream && strip.aligned);
                }
                continue;
            }
            VECTOR least = large, most = small;
            UNROLL for (int q = 0; q < NAME(TOGETHER); q++) {
                VECTOR square = a[q] * a[q] + b[q] * b[q];
                least = NAME(minimum)(square, least);
                most = NAME(maximum)(square, most);
                NAME(put)(first[top + q] + x, NAME(root)(square), stream && strip.aligned);
            }
            if (NAME(any_less)(least, small, large, most))
                for (int q = 0; q < NAME(TOGETHER); q++)
                    NAME(with_care)(&a[q], &b[q], 1, first[top + q] + x);
        }
}
#undef ADD
#undef ADD_MASKED

/* Sum a row alone, of at least one vector: eight vectors at once, and what is left over one by one, the last of them
   where the row ends. */
static void NAME(sum_row)(const Sum *sum, const REAL *row, REAL *out, ptrdiff_t width, int stream) {
    const Run *end = sum->runs + sum->panel[0].last; /* one row of taps has runs of one tap only */
    ptrdiff_t x = 0;
    stream = stream && (uintptr_t)out % BYTES == 0;
    if (sum->backwards)
        for (; x < width; x += PIECES) {
            const REAL *from[ROWS];
            const REAL *const *rows = from;
            REAL *to[ROWS];
            for (int q = 0; q < ROWS; q++) {
                ptrdiff_t at = x + q * LANES < width - LANES ? x + q * LANES : width - LANES;
                from[q] = row + at;
                to[q] = out + at;
            }
            NAME(sum)(sum, &rows, 0, 1, to, 0, stream && x + PIECES <= width);
        }
    for (; x + PIECES <= width; x += PIECES) {
        VECTOR a[ROWS];
        UNROLL for (int q = 0; q < ROWS; q++) a[q] = (VECTOR){0};
        for (const Run *run = sum->runs; run < end; run++) {
            VECTOR w = *(const REAL *)run->weights - (VECTOR){0};
            const REAL *from = row + x + run->shift;
            UNROLL for (int q = 0; q < ROWS; q++) a[q] += w * *(const NAME(loose) *)(from + q * LANES);
        }
        UNROLL for (int q = 0; q < ROWS; q++) NAME(put)(out + x + q * LANES, a[q], stream);
    }
    for (; x < width; x += LANES) {
        ptrdiff_t at = x + LANES <= width ? x : width - LANES;
        VECTOR a = {0};
        for (const Run *run = sum->runs; run < end; run++)
            a += *(const REAL *)run->weights * *(const NAME(loose) *)(row + at + run->shift);
        *(NAME(loose) *)(out + at) = a;
    }
}

/* Sum up to eight rows, each of them alone; where they are not copied, only their ends are. */
static void NAME(sum_rows_alone)(const Job *job, const NAME(Space) * space, ptrdiff_t z, ptrdiff_t y, ptrdiff_t x,
                                 const REAL *const *rows, REAL *const *outs, ptrdiff_t width) {
    const Axis *across = &job->axis[2];
    ptrdiff_t from = across->before - x, to = from + across->samples - (across->window - 1), beyond = across->window - 1;
    from = from <= 0 || !space->direct ? 0 : (from + LANES - 1) / LANES * LANES;
    to = to >= width || !space->direct ? width : to < width - LANES ? to : width - LANES;
    for (int q = 0; q < ROWS && y + q < job->axis[1].outputs; q++) {
        const REAL *row = rows[q] + from - (space->direct ? across->before : 0);
        REAL *left = space->columns + 2 * q * space->stride, *right = left + space->stride;
        NAME(sum_row)(&job->sums[0], row, outs[q] + from, to - from, job->stream);
        if (from) {
            NAME(load)(job, left, z, y + q, x, from + beyond);
            NAME(sum_row)(&job->sums[0], left, outs[q], from, 0);
        }
        if (to < width) {
            NAME(load)(job, right, z, y + q, x + to, width - to + beyond);
            NAME(sum_row)(&job->sums[0], right, outs[q] + to, width - to, 0);
        }
    }
}

/* Sum the columns of a product for eight rows. */
static void NAME(sum_columns)(const Job *job, const NAME(Space) * space, int kernel, const REAL *const *const *planes,
                              REAL *const *rows) {
    const Axis *across = &job->axis[2];
    if (!space->direct) {
        NAME(sum_rows)(&job->columns[kernel], planes, rows, space->width < LANES ? LANES : space->width, 0);
        return;
    }
    REAL *inside[ROWS];
    for (int q = 0; q < ROWS; q++)
        inside[q] = rows[q] + across->before;
    NAME(sum_rows)(&job->columns[kernel], planes, inside, across->samples, 0);
    for (int q = 0; q < ROWS; q++) {
        for (ptrdiff_t i = 0; i < across->before; i++)
            rows[q][i] = across->sources_before[i] < 0 ? 0 : inside[q][across->sources_before[i]];
        for (ptrdiff_t i = 0; i < across->after; i++)
            inside[q][across->samples + i] = across->sources_after[i] < 0 ? 0 : inside[q][across->sources_after[i]];
    }
}

/* Make sure the ring holds the rows of one plane of a block. */
static void NAME(hold)(const Job *job, NAME(Space) * space, ptrdiff_t z, ptrdiff_t y, ptrdiff_t x) {
    ptrdiff_t slot = z % space->planes, rows = space->rows, down = job->axis[1].outputs + job->axis[1].window - 1;
    ptrdiff_t held = z * down + y;
    if (space->plane_held[slot] == held)
        return;
    space->plane_held[slot] = held;
    for (ptrdiff_t i = 0; i < rows; i++) {
        /* rows past the end serve outputs that nobody keeps */
        ptrdiff_t place = y + i < down ? y + i : down - 1, at = slot * rows + place % rows, tag = z * down + place;
        REAL *row = space->ring + at * space->stride;
        const REAL *found = space->direct ? NAME(find)(job, z, place, x) : NULL;
        space->row_of[slot * rows + i] = found ? found : row;
        if (!found && space->row_held[at] != tag) {
            space->row_held[at] = tag;
            NAME(load)(job, row, z, place, x, space->width);
        }
    }
}

/* Fill the outputs of items first to last: blocks across, of these blocks down and planes, in the order that uses what
   the ring holds. */
static void NAME(work)(Job *job, ptrdiff_t first, ptrdiff_t last, void *memory) {
    NAME(Space) space;
    NAME(lay_out)(job, memory, &space);
    const Axis *axis = job->axis;
    ptrdiff_t down = blocks_down(job), across = blocks_across(job), held_across = -1;
    for (ptrdiff_t item = first; item < last; item++) {
        ptrdiff_t column = item / (axis[0].outputs * down), within = item % (axis[0].outputs * down);
        int flat = axis[0].window == 1;
        ptrdiff_t z = flat ? within / down : within % axis[0].outputs;
        ptrdiff_t y = (flat ? within % down : within / axis[0].outputs) * job->block_rows, x = column * job->block_width;
        ptrdiff_t width = column == across - 1 ? axis[2].outputs - x : job->block_width;
        if (x != held_across) {
            held_across = x;
            space.width = width + axis[2].window - 1;
            for (ptrdiff_t i = 0; i < space.planes; i++)
                space.plane_held[i] = -1;
            for (ptrdiff_t i = 0; i < space.planes * space.rows; i++)
                space.row_held[i] = -1;
        }
        for (ptrdiff_t i = 0; i < space.planes; i++)
            NAME(hold)(job, &space, z + i, y, x);
        ptrdiff_t bottom = y + job->block_rows < axis[1].outputs ? y + job->block_rows : axis[1].outputs;
        for (ptrdiff_t top = y; top < bottom; top += ROWS) {
            const REAL *filtered[2][ROWS];
            const REAL *const *columns[2] = {filtered[0], filtered[1]};
            const REAL *const *const *planes[2];
            REAL *outs[2][ROWS];
            ptrdiff_t height = bottom - top < ROWS ? bottom - top : ROWS;
            for (ptrdiff_t i = 0; i < space.planes; i++)
                space.window[i] = space.row_of + (z + i) % space.planes * space.rows + (top - y);
            for (int k = 0; k < job->kernels; k++) {
                planes[k] = (const REAL *const *const *)space.window;
                if (job->separable[k]) {
                    REAL *rows[ROWS];
                    for (int q = 0; q < ROWS; q++)
                        /* the first sample begins a line of the cache */
                        filtered[k][q] = rows[q] = space.columns + (k * ROWS + q) * space.stride +
                                                   -(uintptr_t)axis[2].before % (uintptr_t)LANES;
                    NAME(sum_columns)(job, &space, k, planes[k], rows);
                    planes[k] = &columns[k];
                }
            }
            int spare = width < LANES;
            for (int k = 0; k < job->kernels - job->magnitude; k++) {
                REAL *out = (REAL *)job->out[k] + ((z * axis[1].outputs + top) * axis[2].outputs + x);
                /* rows that are not kept lie at the alignment of those that are */
                REAL *rows = space.spare + k * ROWS * space.stride + (uintptr_t)out % 64 / sizeof(REAL);
                for (int q = 0; q < ROWS; q++)
                    outs[k][q] = spare || q >= height ? rows + q * space.stride : out + q * axis[2].outputs;
            }
            ptrdiff_t summed = spare ? LANES : width;
            if (rows_alone(job) && width >= PIECES)
                NAME(sum_rows_alone)(job, &space, z, top, x, planes[0][0], outs[0], width);
            else if (job->pair.runs)
                NAME(pair_rows)(&job->pair, planes[0], outs[0], job->magnitude ? NULL : outs[1], summed, job->stream);
            else if (job->magnitude)
                NAME(magnitude_rows)(job->sums, planes, outs[0], summed, job->stream);
            else if (job->kernels == 1 && job->separable[0] && !job->sums[0].backwards && width >= PIECES) {
                for (int q = 0; q < height; q++)
                    NAME(sum_row)(&job->sums[0], filtered[0][q], outs[0][q], width, job->stream);
            } else
                for (int k = 0; k < job->kernels; k++)
                    NAME(sum_rows)(&job->sums[k], planes[k], outs[k], summed, job->stream);
            if (spare)
                for (int k = 0; k < job->kernels - job->magnitude; k++)
                    for (ptrdiff_t q = 0; q < height; q++)
                        memcpy((REAL *)job->out[k] + (z * axis[1].outputs + top + q) * axis[2].outputs, outs[k][q],
                               (size_t)width * sizeof(REAL));
        }
    }
#if defined(__x86_64__)
    _mm_sfence(); /* streamed stores are seen by all before the work is said to be done */
#endif
}

#undef VECTOR
#undef LANES
#undef NARROW_LANES
#undef PIECES
#undef STRIP
#undef STRIPS
