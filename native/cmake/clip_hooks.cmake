# Headers of ours that are compiled into files of mtmd, which gives some names there another
# meaning; each says why. What they stand on is looked up, so that a new engine in which they
# would do nothing, or something else, does not build.
set(clip_dir "${ABSTRACTLLM_ENGINE_DIR}/tools/mtmd")

# hook_clip(<file> <header> <text>...): all texts are in the file, each once.
function(hook_clip file header)
  set(source "${clip_dir}/${file}")
  file(READ "${source}" code)
  foreach(text IN LISTS ARGN)
    string(FIND "${code}" "${text}" first)
    string(FIND "${code}" "${text}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
      message(FATAL_ERROR "native/core/media/${header} does not fit ${source}: it stands on "
        "'${text}' being there once.")
    endif()
  endforeach()
  set(hook "${CMAKE_SOURCE_DIR}/native/core/media/${header}")
  if(MSVC)
    set(options "/FI${hook}" "/I${CMAKE_SOURCE_DIR}/native/core")
  else()
    set(options "-include" "${hook}" "-I${CMAKE_SOURCE_DIR}/native/core")
  endif()
  set_source_files_properties("${source}" TARGET_DIRECTORY mtmd PROPERTIES
    COMPILE_OPTIONS "${options}" OBJECT_DEPENDS "${hook}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
endfunction()

hook_clip(clip.cpp clip_source.h
  "gguf_init_from_file(" "open_ifstream_binary(" "ggml_backend_sched_graph_compute("
  "if (model.audio_has_avgpool())" "if (ctx->model.audio_has_avgpool())")
hook_clip(models/llava.cpp clip_class_token.h
  "ggml_concat(ctx0, inp, model.class_embedding, 1)")
hook_clip(models/internvl.cpp clip_class_token.h
  "ggml_concat(ctx0, inp, cls_repeated, 1)"
  "ggml_view_3d(ctx0, cur,\n        n_embd, n_patches, n_batch,\n        cur->nb[1], cur->nb[2], 0)")
hook_clip(models/pixtral.cpp clip_row_break.h
  "ggml_scale(ctx0, tok, 0.0)")
hook_clip(models/whisper-enc.cpp clip_sound_end.h
  "ggml_conv_1d_ph(ctx0, model.conv1d_1_w, inp, 1, 1)"
  "ggml_conv_1d_ph(ctx0, model.conv1d_2_w, cur, 2, 1)"
  "const int n_pos    = n_frames / 2")
