/* Operations on vectors of one type that C has no words for, and those that compilers do not find behind its words. */

typedef REAL NAME(vector) __attribute__((vector_size(BYTES), may_alias));
typedef REAL NAME(loose) __attribute__((vector_size(BYTES), aligned(sizeof(REAL)), may_alias));
typedef REAL NAME(narrow) __attribute__((vector_size(NARROW), may_alias));
typedef REAL NAME(loose_narrow) __attribute__((vector_size(NARROW), aligned(sizeof(REAL)), may_alias));

#if defined(__x86_64__)
static inline NAME(vector) NAME(minimum)(NAME(vector) a, NAME(vector) b) { return X86(min, SUFFIX)(a, b); }
static inline NAME(vector) NAME(maximum)(NAME(vector) a, NAME(vector) b) { return X86(max, SUFFIX)(a, b); }
static inline NAME(vector) NAME(root)(NAME(vector) a) { return X86(sqrt, SUFFIX)(a); }
#else
static inline NAME(vector) NAME(minimum)(NAME(vector) a, NAME(vector) b) {
    words less = (words)(a < b);
    return (NAME(vector))((less & (words)a) | (~less & (words)b));
}

static inline NAME(vector) NAME(maximum)(NAME(vector) a, NAME(vector) b) {
    words more = (words)(a > b);
    return (NAME(vector))((more & (words)a) | (~more & (words)b));
}

static inline NAME(vector) NAME(root)(NAME(vector) a) {
    for (size_t lane = 0; lane < BYTES / sizeof(REAL); lane++)
        a[lane] = (REAL)sqrt(a[lane]);
    return a;
}
#endif

/* Whether a comparison holds in any lane. */
static inline int NAME(any)(words lanes) {
    int64_t all = 0;
    for (size_t i = 0; i < BYTES / sizeof(int64_t); i++)
        all |= lanes[i];
    return all != 0;
}

/* Whether a < b or c < d in any lane. */
static inline int NAME(any_less)(NAME(vector) a, NAME(vector) b, NAME(vector) c, NAME(vector) d) {
    return NAME(any)((words)(a < b) | (words)(c < d));
}

/* Store past the cache: outputs that are larger than it would only push the input out. */
static inline void NAME(stream)(REAL *to, NAME(vector) v) {
#if defined(__clang__)
    __builtin_nontemporal_store(v, (NAME(vector) *)to);
#elif BYTES == 64
    _mm512_stream_si512((__m512i *)to, (__m512i)v);
#elif BYTES == 32
    _mm256_stream_si256((__m256i *)to, (__m256i)v);
#elif defined(__x86_64__)
    _mm_stream_si128((__m128i *)to, (__m128i)v);
#else
    *(NAME(vector) *)to = v;
#endif
}

static inline void NAME(put)(REAL *to, NAME(vector) v, int stream) {
    if (stream)
        NAME(stream)(to, v);
    else
        *(NAME(loose) *)to = v;
}

static inline void NAME(stream_narrow)(REAL *to, NAME(narrow) v) {
#if defined(__clang__)
    __builtin_nontemporal_store(v, (NAME(narrow) *)to);
#elif NARROW == 64
    _mm512_stream_si512((__m512i *)to, (__m512i)v);
#elif NARROW == 32
    _mm256_stream_si256((__m256i *)to, (__m256i)v);
#elif defined(__x86_64__)
    _mm_stream_si128((__m128i *)to, (__m128i)v);
#else
    *(NAME(narrow) *)to = v;
#endif
}
