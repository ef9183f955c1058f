// Part of clip_source.h: the engine averages pairs of frames for Voxtral, too, which stacks them
// instead. To be removed when the engine does so.
#pragma once

#include <clip-model.h>

// Behind "model.": in conditions only.
#define audio_has_avgpool() proj_type == PROJECTOR_TYPE_QWEN2A
