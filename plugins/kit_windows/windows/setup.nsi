; SPDX-License-Identifier: Apache-2.0
; The installer of one seat (R13 to R18, R24, R70 to R76). It is compiled once; what makes it one seat's stands behind it
; in its own file, and confirm.exe takes it out (docs/kits.md).
Target amd64-unicode
; Its own licence is that of NSIS; that of lzma is another one.
SetCompressor /SOLID zlib
SetDateSave off
CRCCheck force
RequestExecutionLevel admin
ManifestSupportedOS Win10
ManifestDPIAware true

!include MUI2.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh
!include "${TEXTS}"

!define OWN_KEY "Software\RenkeiKit"
!define REMOVE_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\RenkeiKit"
!define RUN_CONFIRM '"$PLUGINSDIR\confirm.exe"'

!define REFUSED_WINDOWS 10
!define REFUSED_DAMAGED 11
!define REFUSED_OTHER_SEAT 12
!define REFUSED_CLIENT 13
!define REFUSED_TRUST 14
!define REFUSED_KEYS 15

Name "${TEXT_SERVICE}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\RenkeiKit"
BrandingText "${TEXT_SERVICE}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${RELEASE}.0"
VIAddVersionKey /LANG=1041 "ProductName" "${TEXT_SERVICE}"
VIAddVersionKey /LANG=1041 "FileDescription" "${TEXT_WELCOME_TITLE}"
VIAddVersionKey /LANG=1041 "FileVersion" "${RELEASE}"
VIAddVersionKey /LANG=1041 "ProductVersion" "${RELEASE}"
VIAddVersionKey /LANG=1041 "LegalCopyright" "Apache-2.0"

Var Contract
Var Number
Var Seat
Var Fund
Var Contact
Var Other
Var Code

!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "${TEXT_WELCOME_TITLE}"
!define MUI_WELCOMEPAGE_TEXT "${TEXT_WELCOME}"
!insertmacro MUI_PAGE_WELCOME
!define MUI_LICENSEPAGE_TEXT_TOP "${TEXT_LICENCE_TOP}"
!define MUI_LICENSEPAGE_TEXT_BOTTOM "${TEXT_LICENCE_BOTTOM}"
!define MUI_LICENSEPAGE_BUTTON "${TEXT_AGREE}"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "${TEXT_FINISH_TITLE}"
!define MUI_FINISHPAGE_TEXT "${TEXT_FINISH}"
!define MUI_FINISHPAGE_TEXT_LARGE
!insertmacro MUI_PAGE_FINISH

!define MUI_WELCOMEPAGE_TITLE "${TEXT_REMOVE_TITLE}"
!define MUI_WELCOMEPAGE_TEXT "${TEXT_REMOVE}"
!insertmacro MUI_UNPAGE_WELCOME
!insertmacro MUI_UNPAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "${TEXT_REMOVED_TITLE}"
!define MUI_FINISHPAGE_TEXT "${TEXT_REMOVED}"
!define MUI_FINISHPAGE_TEXT_LARGE
!insertmacro MUI_UNPAGE_FINISH
!insertmacro MUI_LANGUAGE "Japanese"

; --- before the first page ---------------------------------------------------------------------------------------------

; Says why, and ends. A silent run has only the code.
!macro Refuse TEXT CODE
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

; confirm.exe with these words, unseen; what it returns goes into $Code.
!macro Confirm WORDS
  nsExec::Exec '${RUN_CONFIRM} ${WORDS}'
  Pop $Code
!macroend

; "01" is said as 1.
!macro AsSpoken
  StrCpy $0 $Number 1
  ${If} $0 == "0"
    StrCpy $Number $Number "" 1
  ${EndIf}
!macroend

Function .onInit
  SetShellVarContext all
  InitPluginsDir
  File "/oname=$PLUGINSDIR\confirm.exe" "${CONFIRM}"
  !insertmacro Confirm 'unpack "$EXEPATH" "$PLUGINSDIR"'
  ${If} $Code != 0
    !insertmacro Refuse "${TEXT_DAMAGED}" ${REFUSED_DAMAGED}
  ${EndIf}
  Call ReadSeat
  Call NeedWindows
  Call NeedNoOtherSeat
  Call TellHints
FunctionEnd

Function ReadSeat
  ReadINIStr $Contract "$PLUGINSDIR\seat.ini" seat contract
  ReadINIStr $Number "$PLUGINSDIR\seat.ini" seat number
  StrCpy $Seat "$Contract.$Number"
  !insertmacro AsSpoken
  ReadINIStr $Fund "$PLUGINSDIR\seat.ini" seat fund
  ReadINIStr $Contact "$PLUGINSDIR\seat.ini" seat contact
FunctionEnd

; R13. What runs an amd64 program need not be an amd64 PC.
Function NeedWindows
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${IsNativeAMD64}
    !insertmacro Refuse "${TEXT_WINDOWS}" ${REFUSED_WINDOWS}
  ${EndIf}
FunctionEnd

; R76, A9. The same seat again is a reinstallation (A36).
Function NeedNoOtherSeat
  ReadRegStr $Other HKLM "${OWN_KEY}" "seat"
  ${If} $Other != ""
  ${AndIf} $Other != "$Seat"
    !insertmacro Refuse "${TEXT_OTHER_SEAT}" ${REFUSED_OTHER_SEAT}
  ${EndIf}
FunctionEnd

!macro Hint BIT TEXT
  IntOp $0 $Code & ${BIT}
  ${If} $0 != 0
    MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "${TEXT}" /SD IDOK IDOK +2
    Quit
  ${EndIf}
!macroend

; R15, R16, R18: told, and never a reason to refuse (A40). The numbers are those of hints.c.
Function TellHints
  !insertmacro Confirm "hints"
  ${If} $Code < 8
    !insertmacro Hint 1 "${TEXT_VIRTUAL_MACHINE}"
    !insertmacro Hint 2 "${TEXT_REMOTE_DESKTOP}"
    !insertmacro Hint 4 "${TEXT_OTHER_VPN}"
  ${EndIf}
FunctionEnd

; --- installing --------------------------------------------------------------------------------------------------------

Section
  SetOutPath "$PLUGINSDIR"
  !insertmacro Confirm 'unpack-all "$EXEPATH" "$PLUGINSDIR"'
  ${If} $Code != 0
    !insertmacro Refuse "${TEXT_DAMAGED}" ${REFUSED_DAMAGED}
  ${EndIf}
  Call InstallClient
  Call PrepareKeys
  Call Trust
  Call InstallFiles
  Call MakeShortcuts
  Call Register
SectionEnd

Function InstallClient
  ReadINIStr $0 "$PLUGINSDIR\seat.ini" client arguments
  ExecWait '"$PLUGINSDIR\client.exe" $0' $Code
  ${If} $Code != 0
    !insertmacro Refuse "${TEXT_CLIENT_FAILED}" ${REFUSED_CLIENT}
  ${EndIf}
  ; An installer that shows pages may end well, and yet have been called off.
  ReadINIStr $0 "$PLUGINSDIR\seat.ini" client program
  ${IfNot} ${FileExists} "$PROGRAMFILES64\$0"
    !insertmacro Refuse "${TEXT_CLIENT_MISSING}" ${REFUSED_CLIENT}
  ${EndIf}
  Delete "$PLUGINSDIR\client.exe"
FunctionEnd

; Where the key will be: nobody else may have prepared it.
Function PrepareKeys
  !insertmacro Confirm "prepare"
  ${If} $Code != 0
    !insertmacro Refuse "${TEXT_NOT_PREPARED}" ${REFUSED_KEYS}
  ${EndIf}
FunctionEnd

Function Trust
  ${If} ${FileExists} "$PLUGINSDIR\authorities.pem"
    !insertmacro Confirm 'trust "$PLUGINSDIR\authorities.pem"'
    ${If} $Code != 0
      !insertmacro Refuse "${TEXT_NOT_TRUSTED}" ${REFUSED_TRUST}
    ${EndIf}
  ${EndIf}
FunctionEnd

Function InstallFiles
  SetOutPath "$INSTDIR"
  CopyFiles /SILENT "$PLUGINSDIR\confirm.exe" "$INSTDIR\confirm.exe"
  CopyFiles /SILENT "$PLUGINSDIR\seat.ini" "$INSTDIR\seat.ini"
  ${If} ${FileExists} "$PLUGINSDIR\authorities.pem"
    CopyFiles /SILENT "$PLUGINSDIR\authorities.pem" "$INSTDIR\authorities.pem"
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
FunctionEnd

; R72, R73, R87, R91; and what the desk asks for when something does not work (practice 4.6).
Function MakeShortcuts
  CreateDirectory "$SMPROGRAMS\${TEXT_FOLDER}"
  CreateShortCut "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_CONFIRM}.lnk" "$INSTDIR\confirm.exe"
  CreateShortCut "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_DIAGNOSIS}.lnk" "$INSTDIR\confirm.exe" "diagnose"
  ReadINIStr $0 "$INSTDIR\seat.ini" seat public
  WriteINIStr "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_ONE_TIME}.url" InternetShortcut URL "$0onetime/"
  ReadINIStr $0 "$INSTDIR\seat.ini" seat portal
  WriteINIStr "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_PORTAL}.url" InternetShortcut URL "$0"
  ReadINIStr $0 "$INSTDIR\seat.ini" vpn host
  ${If} $0 != ""
    CreateShortCut "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_CONNECT}.lnk" "$INSTDIR\confirm.exe" "connect"
    CreateShortCut "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_DISCONNECT}.lnk" "$INSTDIR\confirm.exe" "disconnect"
  ${EndIf}
  ReadINIStr $0 "$INSTDIR\seat.ini" client program
  SetOutPath "$PROGRAMFILES64"
  CreateShortCut "$DESKTOP\${TEXT_ITEM_CLIENT}.lnk" "$PROGRAMFILES64\$0"
  SetOutPath "$INSTDIR"
FunctionEnd

Function Register
  WriteRegStr HKLM "${OWN_KEY}" "seat" "$Seat"
  WriteRegStr HKLM "${REMOVE_KEY}" "DisplayName" "${TEXT_SERVICE} ($Seat)"
  WriteRegStr HKLM "${REMOVE_KEY}" "DisplayVersion" "${RELEASE}"
  WriteRegStr HKLM "${REMOVE_KEY}" "Publisher" "$Fund"
  WriteRegStr HKLM "${REMOVE_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${REMOVE_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${REMOVE_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${REMOVE_KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${REMOVE_KEY}" "NoRepair" 1
FunctionEnd

; --- and out again -----------------------------------------------------------------------------------------------------

Function un.onInit
  SetShellVarContext all
  ReadINIStr $Number "$INSTDIR\seat.ini" seat number
  !insertmacro AsSpoken
FunctionEnd

; The seat is not free by that: the fund cannot know what happened here (A38), and the last page says what to do.
Section Uninstall
  ${If} ${FileExists} "$INSTDIR\authorities.pem"
    nsExec::Exec '"$INSTDIR\confirm.exe" distrust "$INSTDIR\authorities.pem"'
    Pop $Code
  ${EndIf}
  nsExec::Exec '"$INSTDIR\confirm.exe" forget-connection'
  Pop $Code
  nsExec::Exec '"$INSTDIR\confirm.exe" forget'
  Pop $Code
  Delete "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_CONFIRM}.lnk"
  Delete "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_DIAGNOSIS}.lnk"
  Delete "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_CONNECT}.lnk"
  Delete "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_DISCONNECT}.lnk"
  Delete "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_ONE_TIME}.url"
  Delete "$SMPROGRAMS\${TEXT_FOLDER}\${TEXT_ITEM_PORTAL}.url"
  RMDir "$SMPROGRAMS\${TEXT_FOLDER}"
  Delete "$DESKTOP\${TEXT_ITEM_CLIENT}.lnk"
  Delete "$INSTDIR\confirm.exe"
  Delete "$INSTDIR\seat.ini"
  Delete "$INSTDIR\authorities.pem"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKLM "${REMOVE_KEY}"
  DeleteRegKey HKLM "${OWN_KEY}"
SectionEnd
