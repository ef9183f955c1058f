# Makes ggml's AMX kernels right under GCC: engine_tile_config.h says how. Once after
# ggml's targets are there.
if(MSVC)
  return()
endif()
get_filename_component(amx_include "${CMAKE_CURRENT_LIST_DIR}/../core/engine_tile_config.h"
  ABSOLUTE)
foreach(target ggml-cpu ggml-cpu-sapphirerapids)
  if(TARGET ${target})
    set_source_files_properties("${ABSTRACTLLM_ENGINE_DIR}/ggml/src/ggml-cpu/amx/mmq.cpp"
      TARGET_DIRECTORY ${target} PROPERTIES COMPILE_OPTIONS "-include;${amx_include}")
  endif()
endforeach()
