# The engine: ggml, llama, mtmd and the part of llama.cpp's `common` that needs
# neither HTTP nor subprocesses. Every engine option is set here and nowhere else.
if(NOT EXISTS "${ABSTRACTLLM_ENGINE_DIR}/include/llama.h")
  message(FATAL_ERROR
    "No llama.cpp source tree at ${ABSTRACTLLM_ENGINE_DIR}. Run `npm run engine`, "
    "or set ABSTRACTLLM_ENGINE_DIR to a checkout of the pinned version (native/engine.json).")
endif()

function(engine_option name value)
  set(${name} ${value} CACHE BOOL "" FORCE)
endfunction()

engine_option(LLAMA_BUILD_IS_DEV OFF)
engine_option(LLAMA_BUILD_COMMON OFF)
engine_option(LLAMA_BUILD_TESTS OFF)
engine_option(LLAMA_BUILD_TOOLS OFF)
engine_option(LLAMA_BUILD_EXAMPLES OFF)
engine_option(LLAMA_BUILD_SERVER OFF)
engine_option(LLAMA_BUILD_APP OFF)
engine_option(LLAMA_BUILD_MTMD ON)
engine_option(LLAMA_OPENSSL OFF)
engine_option(LLAMA_SUBPROCESS OFF)
engine_option(MTMD_VIDEO OFF)
engine_option(LLAMA_ALL_WARNINGS OFF)
engine_option(GGML_ALL_WARNINGS OFF)
engine_option(GGML_CCACHE OFF)
# Thread pools of ours instead (core/compute_threads.h): no libgomp at run time, and
# ThreadSanitizer can follow them.
engine_option(GGML_OPENMP OFF)
if(APPLE)
  engine_option(GGML_METAL_EMBED_LIBRARY ON)
endif()

if(ABSTRACTLLM_PORTABLE)
  # ggml becomes shared so that CPU variants and GPU backends are modules that
  # load into it; llama, mtmd and common stay inside the addon.
  engine_option(BUILD_SHARED_LIBS ON)
  engine_option(GGML_NATIVE OFF)
  engine_option(GGML_BACKEND_DL ON)
  engine_option(GGML_CPU_ALL_VARIANTS ON)
  # llama.cpp turns these on when it adds ggml itself; here we add it.
  engine_option(GGML_LLAMAFILE ON)
  engine_option(GGML_CUDA_GRAPHS ON)
  # npm tarballs drop symlinks, so no libfoo.so -> libfoo.so.0.
  set(CMAKE_PLATFORM_NO_VERSIONED_SONAME ON)
  if(APPLE)
    set(CMAKE_INSTALL_RPATH "@loader_path")
  else()
    set(CMAKE_INSTALL_RPATH "$ORIGIN")
  endif()
  set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
  # Everything that ships lands in one folder, beside the addon. Multi-config
  # generators append the configuration's name themselves.
  get_property(engine_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  set(engine_output "${CMAKE_BINARY_DIR}")
  if(NOT engine_multi_config)
    string(APPEND engine_output "/Release")
  endif()
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${engine_output}")
  set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${engine_output}")
  if(NOT MSVC AND NOT APPLE)
    # Drops what no exported function reaches; --exclude-libs keeps static
    # archives (libstdc++, llama) from being exported again.
    add_compile_options(-ffunction-sections -fdata-sections)
    add_link_options(-Wl,--gc-sections -Wl,--exclude-libs,ALL)
  endif()
  if(WIN32 AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(ARM64|arm64|aarch64)$")
    # ggml has no variants for Windows on Arm. Dot products are in all of its CPUs
    # since the Snapdragon 8cx (2019).
    engine_option(GGML_CPU_ALL_VARIANTS OFF)
    set(GGML_CPU_ARM_ARCH "armv8.2-a+dotprod" CACHE STRING "" FORCE)
  endif()
  add_subdirectory("${ABSTRACTLLM_ENGINE_DIR}/ggml" ggml EXCLUDE_FROM_ALL)
  include(sme_fallback)
  # Another package in the process may bundle its own ggml; the dynamic linker
  # joins libraries by this name, so ours must be its own.
  set_target_properties(ggml-base PROPERTIES OUTPUT_NAME abstractllm-ggml-base)
  set_target_properties(ggml PROPERTIES OUTPUT_NAME abstractllm-ggml)
  # The musl and the glibc addon of one architecture share a folder, where
  # node-gyp-build looks for them; their libraries have equal names and must not.
  if(ABSTRACTLLM_LIBRARY_FOLDER)
    string(APPEND CMAKE_INSTALL_RPATH "/${ABSTRACTLLM_LIBRARY_FOLDER}")
  endif()
else()
  engine_option(GGML_BACKEND_DL OFF)
  engine_option(GGML_CPU_ALL_VARIANTS OFF)
  if(ABSTRACTLLM_CPU_FLAGS_KNOWN OR CMAKE_CROSSCOMPILING)
    engine_option(GGML_NATIVE OFF)
  else()
    engine_option(GGML_NATIVE ON)
  endif()
endif()
engine_option(BUILD_SHARED_LIBS OFF)
add_subdirectory("${ABSTRACTLLM_ENGINE_DIR}" engine EXCLUDE_FROM_ALL)
include(kernels)
include(amx)

if(MSVC)
  set(engine_print "/FI${CMAKE_SOURCE_DIR}/native/core/engine_print.h")
else()
  set(engine_print "-include;${CMAKE_SOURCE_DIR}/native/core/engine_print.h")
endif()
set_source_files_properties(
  "${ABSTRACTLLM_ENGINE_DIR}/src/llama-grammar.cpp" "${ABSTRACTLLM_ENGINE_DIR}/src/unicode.cpp"
  TARGET_DIRECTORY llama PROPERTIES COMPILE_OPTIONS "${engine_print}")
include(clip_hooks)

include("${ABSTRACTLLM_ENGINE_DIR}/common/parsers/sources.cmake")
set(common_dir "${ABSTRACTLLM_ENGINE_DIR}/common")
set(LLAMA_BUILD_COMMIT "v0.5.0")
set(LLAMA_BUILD_NUMBER 0)
configure_file("${common_dir}/build-info.cpp.in" "${CMAKE_BINARY_DIR}/engine-build-info.cpp")
# Without log.cpp: it prints to stderr from a thread of its own. core/engine_log.cc
# implements its interface on our log sink instead.
set(common_sources
  chat chat-auto-parser-generator chat-auto-parser-helpers chat-diff-analyzer chat-peg-parser
  common fit json json-schema json-schema-to-grammar ngram-cache ngram-map ngram-mod
  peg-parser reasoning-budget sampling speculative trie unicode
  jinja/caps jinja/lexer jinja/parser)
list(TRANSFORM common_sources PREPEND "${common_dir}/")
list(TRANSFORM common_sources APPEND ".cpp")
include(jinja_guard)
add_library(engine_common STATIC EXCLUDE_FROM_ALL
  ${common_sources} ${JINJA_GUARDED_SOURCES} ${LLAMA_CHAT_PARSERS_SOURCES} "${CMAKE_BINARY_DIR}/engine-build-info.cpp")
target_include_directories(engine_common SYSTEM PUBLIC "${common_dir}")
target_link_libraries(engine_common PUBLIC llama vendor::nlohmann vendor::sheredom)
