# headgate_component(NAME SRCS ... [DEPS component ...] [LIBS library ...])
# One folder, one target, one namespace. DEPS are other components and must be declared before:
# a cycle cannot be written down. tests/layering compares every #include with docs/architecture.md.
function(headgate_component NAME)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;LIBS" ${ARGN})
  add_library(headgate_${NAME} STATIC ${ARG_SRCS})
  add_library(headgate::${NAME} ALIAS headgate_${NAME})
  target_include_directories(headgate_${NAME}
    PUBLIC ${PROJECT_SOURCE_DIR}/include
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(headgate_${NAME} PUBLIC ${ARG_LIBS} PRIVATE headgate_flags)
  foreach(dep IN LISTS ARG_DEPS)
    if(NOT TARGET headgate::${dep})
      message(FATAL_ERROR "${NAME} depends on ${dep}, which is not declared before it")
    endif()
    target_link_libraries(headgate_${NAME} PUBLIC headgate::${dep})
  endforeach()
endfunction()
