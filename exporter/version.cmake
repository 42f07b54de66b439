# SPDX-License-Identifier: Apache-2.0
#
# Run at every build (cmake -P): writes version.cc, and only if it changes, so
# that nothing is compiled again without need. Without git, or outside of a
# clone, the project's own version stands.
set(source_dir ${CMAKE_CURRENT_LIST_DIR}/..)

function(ask_git result)
  set(${result} "" PARENT_SCOPE)
  find_program(GIT git)
  if(NOT GIT OR NOT EXISTS ${source_dir}/.git)
    return()
  endif()
  execute_process(COMMAND ${GIT} -C ${source_dir} ${ARGN}
    OUTPUT_VARIABLE answer RESULT_VARIABLE failed ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    set(${result} "${answer}" PARENT_SCOPE)
  endif()
endfunction()

ask_git(IPBAND_VERSION describe --tags --match "v[0-9]*")
ask_git(IPBAND_BRANCH rev-parse --abbrev-ref HEAD)
ask_git(IPBAND_REVISION describe --always --abbrev=40 --dirty --exclude=*)

string(REGEX REPLACE "^v" "" IPBAND_VERSION "${IPBAND_VERSION}")
if(NOT IPBAND_VERSION)
  set(IPBAND_VERSION ${PROJECT_VERSION})
endif()
foreach(name IPBAND_BRANCH IPBAND_REVISION)
  if(NOT ${name})
    set(${name} unknown)
  endif()
  # A branch may be called nearly anything; the value becomes a C++ literal.
  string(REGEX REPLACE "[^A-Za-z0-9._/+-]" "_" ${name} "${${name}}")
endforeach()

configure_file(${CMAKE_CURRENT_LIST_DIR}/version.cc.in ${OUTPUT} @ONLY)
