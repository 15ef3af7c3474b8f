#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

/// Calls of malloc and its like by the calling thread so far; -1 where they cannot be counted.
long allocation_count(void);

#endif
