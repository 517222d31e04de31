; "Open with Lookalike" in the menu of folders in Windows' Explorer, for whom the program is installed
; for (one user or all); taken away again when the program is.

!define FOLDER_MENU "Software\Classes\Directory\shell\Lookalike"

!macro customInstall
  WriteRegStr SHELL_CONTEXT "${FOLDER_MENU}" "" "Open with Lookalike"
  WriteRegStr SHELL_CONTEXT "${FOLDER_MENU}" "Icon" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}",0'
  WriteRegStr SHELL_CONTEXT "${FOLDER_MENU}\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
!macroend

!macro customUnInstall
  ; An update comes by here, too, before it writes its own.
  DeleteRegKey SHELL_CONTEXT "${FOLDER_MENU}"
!macroend
