# A local build is tuned for this machine's CPU with explicit flags. -march=native
# would be simpler, but ccache cannot see what it means: an object cached on one
# machine would then be linked on another and fail with an illegal instruction.
if(ABSTRACTLLM_PORTABLE OR CMAKE_CROSSCOMPILING OR MSVC OR
   NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  return()
endif()

execute_process(
  COMMAND ${CMAKE_CXX_COMPILER} -march=native -dM -E -x c++ /dev/null
  OUTPUT_VARIABLE native_macros RESULT_VARIABLE native_result ERROR_QUIET)
if(NOT native_result EQUAL 0)
  return()
endif()

set(ABSTRACTLLM_CPU_FLAGS_KNOWN ON)
foreach(pair
    "SSE42:__SSE4_2__" "AVX:__AVX__" "AVX2:__AVX2__" "BMI2:__BMI2__" "FMA:__FMA__"
    "F16C:__F16C__" "AVX_VNNI:__AVXVNNI__" "AVX512:__AVX512BW__" "AVX512_VBMI:__AVX512VBMI__"
    "AVX512_VNNI:__AVX512VNNI__" "AVX512_BF16:__AVX512BF16__" "AMX_TILE:__AMX_TILE__"
    "AMX_INT8:__AMX_INT8__" "AMX_BF16:__AMX_BF16__")
  string(REPLACE ":" ";" pair "${pair}")
  list(GET pair 0 feature)
  list(GET pair 1 macro)
  if(native_macros MATCHES "#define ${macro} 1")
    set(GGML_${feature} ON CACHE BOOL "" FORCE)
  else()
    set(GGML_${feature} OFF CACHE BOOL "" FORCE)
  endif()
endforeach()
