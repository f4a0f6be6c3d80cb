# Language level, warnings, hardening, sanitizers, compiler cache and linker.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
find_package(Threads REQUIRED)

set(HEADGATE_SANITIZE "" CACHE STRING "What -fsanitize= takes, joined by commas; empty for none")
option(HEADGATE_COVERAGE "Count covered lines" OFF)
option(HEADGATE_WERROR "Warnings are errors" ON)

find_program(HEADGATE_CCACHE ccache)
if(HEADGATE_CCACHE)
  # Precompiled headers carry a build time; ccache must be told to look past it.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${HEADGATE_CCACHE})
endif()
find_program(HEADGATE_MOLD NAMES mold)
find_program(HEADGATE_LLD NAMES ld.lld)
if(HEADGATE_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(HEADGATE_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(headgate_flags INTERFACE)
target_compile_options(headgate_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough -Wundef
  $<$<BOOL:${HEADGATE_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports all three falsely, inside coroutine frames and std::string.
  target_compile_options(headgate_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete)
  # Asio's fences are not understood by TSan; GCC says so at each.
  if("thread" IN_LIST HEADGATE_SANITIZE)
    target_compile_options(headgate_flags INTERFACE -Wno-tsan)
  endif()
endif()

if(HEADGATE_SANITIZE)
  add_compile_options(-fsanitize=${HEADGATE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HEADGATE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Clang 14 cannot place its check of function types inside coroutines.
    add_compile_options(-fno-sanitize=function)
  endif()
else()
  add_compile_options(-fstack-protector-strong -fcf-protection -D_GLIBCXX_ASSERTIONS)
  add_compile_options($<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now)
endif()
if(HEADGATE_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
include(CheckPIESupported)
check_pie_supported()
