# Our kernels (native/kernels) become part of ggml's CPU backend: of the one library of a
# local build, or of each module of a portable one, compiled for that module's CPU. Once
# after ggml's targets are there.
set(kernels_dir "${CMAKE_SOURCE_DIR}/native/kernels")
set(kernel_sources
  "${kernels_dir}/attention_item.cc"
  "${kernels_dir}/attention_op.cc"
  "${kernels_dir}/cell_lists.cc"
  "${kernels_dir}/flash_attention.cc"
  "${kernels_dir}/matrix/column_panels.cc"
  "${kernels_dir}/matrix/matrix_buffer.cc"
  "${kernels_dir}/matrix/matrix_kernel.cc"
  "${kernels_dir}/matrix/matrix_op.cc"
  "${kernels_dir}/matrix/tile_product.cc"
  "${kernels_dir}/matrix/tiles.cc")

# As system headers: their warnings are not ours.
set(engine_includes "-I${kernels_dir}")
foreach(folder include src src/ggml-cpu)
  list(APPEND engine_includes "-isystem${ABSTRACTLLM_ENGINE_DIR}/ggml/${folder}")
endforeach()

function(add_kernels target)
  target_sources(${target} PRIVATE ${kernel_sources})
  if(NOT MSVC)
    # Products and sums may become fused multiply-adds, which strict C++17 turns off. GCC 12
    # takes its own AVX-512 header's "any value" for a mistake.
    set_source_files_properties(${kernel_sources} TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS
      "-ffp-contract=fast;-Wall;-Wextra;-Wshadow;$<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized;-Wno-maybe-uninitialized>;${engine_includes}")
  endif()
endfunction()

if(NOT ABSTRACTLLM_PORTABLE)
  add_kernels(ggml-cpu)
  return()
endif()

get_property(engine_targets DIRECTORY "${ABSTRACTLLM_ENGINE_DIR}/ggml/src"
  PROPERTY BUILDSYSTEM_TARGETS)
foreach(target IN LISTS engine_targets)
  get_target_property(type ${target} TYPE)
  if(NOT target MATCHES "^ggml-cpu" OR NOT type STREQUAL "MODULE_LIBRARY")
    continue()
  endif()
  add_kernels(${target})
  # Compiled for any CPU: it runs when ggml opens a module to ask whether that fits.
  set(registration ${target}-registration)
  add_library(${registration} OBJECT EXCLUDE_FROM_ALL "${kernels_dir}/register_module.cc")
  if(TARGET ${target}-feats)
    target_compile_definitions(${registration} PRIVATE ABSTRACTLLM_MODULE_HAS_SCORE)
  endif()
  target_link_libraries(${target} PRIVATE ${registration})
endforeach()
