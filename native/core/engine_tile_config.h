// Included in front of ggml's AMX kernels by native/cmake/amx.cmake.
//
// GCC's _tile_loadconfig (up to 12 at least) tells the compiler of 8 of the 64 bytes that
// ldtilecfg reads. The stores to the others are then dropped as dead, the tiles have no
// rows, and the first load of one is an illegal instruction.
#pragma once

#if defined(__GNUC__) && !defined(__clang__) && defined(__AMX_TILE__)

#include <immintrin.h>

// `config`: 64 bytes.
inline void EngineTileLoadConfig(const void* config) {
  struct Bytes {
    unsigned char all[64];
  };
  __asm__ volatile("ldtilecfg\t%0" : : "m"(*static_cast<const Bytes*>(config)));
}
#define _tile_loadconfig(config) EngineTileLoadConfig(config)

#endif
