@echo off
rem Starts Veche with a Java 21 or newer: the one JAVA_HOME names, the one on the PATH, or one of the usual folders.
setlocal EnableExtensions DisableDelayedExpansion
set "FOUND="
if defined JAVA_HOME call :try "%JAVA_HOME%"
for /f "delims=" %%J in ('where java 2^>nul') do for %%B in ("%%~dpJ..") do call :try "%%~fB"
for %%V in ("Eclipse Adoptium" "Java" "Microsoft" "Zulu" "BellSoft" "Amazon Corretto" "Semeru") do (
  for /d %%D in ("%ProgramFiles%\%%~V\*") do call :try "%%~fD"
  for /d %%D in ("%LocalAppData%\Programs\%%~V\*") do call :try "%%~fD"
)
for /d %%D in ("%UserProfile%\.jdks\*") do call :try "%%~fD"
if not defined FOUND (
  chcp 65001 >nul
  echo Нужна Java 21 или новее: установите Temurin с https://adoptium.net и повторите команду. 1>&2
  echo Java 21 or newer is needed: install Temurin from https://adoptium.net and run the command again. 1>&2
  exit /b 69
)
for %%H in ("%~dp0..") do set "DIST=%%~fH"
"%FOUND%\bin\java.exe" --enable-native-access=ALL-UNNAMED "-Dveche.web=%DIST%\web" -cp "%DIST%\lib\*" veche.Main %*
exit /b %ERRORLEVEL%

:try
if defined FOUND exit /b 0
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==." %%M in ('findstr /b "JAVA_VERSION=" "%~1\release"') do call :fits "%~1" %%M
exit /b 0

:fits
set "MAJOR=%~2"
set "MAJOR=%MAJOR:"=%"
if %MAJOR% GEQ 21 set "FOUND=%~1"
exit /b 0
