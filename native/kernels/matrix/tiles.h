// AMX: tiles of 16 rows of 64 bytes, and what a thread has to do before and after it uses them.
#pragma once

#include "matrix/vectors.h"

#if defined(ABSTRACTLLM_MATRIX) && defined(__AMX_TILE__) && defined(__AMX_BF16__)
#define ABSTRACTLLM_TILES
#include <cstdint>

namespace abstractllm {

constexpr int kTileRows = 16;
constexpr int kTileRowBytes = 64;
constexpr int kTileBytes = kTileRows * kTileRowBytes;
constexpr int kTiles = 8;

// Whether the operating system lets this process: ggml asked it, and has its buffer type then.
bool CanUseTiles();

// GCC's intrinsics take no template parameters for the numbers of tiles.
template <int Tile>
void ZeroTile() {
  __asm__ volatile("tilezero %%tmm%c0" : : "i"(Tile));
}
// `stride`: bytes from row to row.
template <int Tile>
void LoadTile(const void* from, int64_t stride) {
  __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2"
                   :
                   : "r"(from), "r"(stride), "i"(Tile)
                   : "memory");
}
template <int Tile>
void StoreTile(void* to, int64_t stride) {
  __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(Tile) : "memory");
}
// Sums [16][16 floats] += A [16][16 pairs of bfloat16] * B [16 pairs][16 times two].
template <int Sums, int A, int B>
void MultiplyTiles() {
  __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(Sums), "i"(A), "i"(B));
}

// Gives this thread whole tiles, and gives them back as ggml's own kernels, which configure
// theirs once per thread, had them.
class TileScope {
 public:
  TileScope() {
    Config config{};
    config.bytes[0] = 1;  // palette
    for (int i = 0; i < kTiles; ++i) {
      config.bytes[16 + 2 * i] = kTileRowBytes;
      config.bytes[48 + i] = kTileRows;
    }
    __asm__ volatile("sttilecfg %0" : "=m"(before_));
    Load(config);
  }
  ~TileScope() { Load(before_); }
  TileScope(const TileScope&) = delete;
  TileScope& operator=(const TileScope&) = delete;

 private:
  struct Config {
    uint8_t bytes[64];
  };

  // Not _tile_loadconfig: core/engine_tile_config.h says why.
  static void Load(const Config& config) { __asm__ volatile("ldtilecfg %0" : : "m"(config)); }

  Config before_;
};

}  // namespace abstractllm
#endif
