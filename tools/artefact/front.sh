# Unpacks, once and checked, what lies behind the program that runs this, and starts it. $1 is that program's file.
set -u
offset=@OFFSET@
wanted=@SHA256@
store=${XDG_CACHE_HOME:-$HOME/.cache}/reporting-app
place=$store/$wanted

# No terminal is looking: a dialog, else a page in the browser.
say() {
    text=$1
    printf '%s\n' "$text" >&2
    if command -v zenity >/dev/null 2>&1; then zenity --error --no-markup --text "$text" && return; fi
    if command -v kdialog >/dev/null 2>&1; then kdialog --error "$text" && return; fi
    if command -v xmessage >/dev/null 2>&1; then xmessage "$text" && return; fi
    page=$(mktemp -d)/panelen.html || return
    printf '<!doctype html><html lang="sv"><meta charset="utf-8"><title>Panelen kunde inte starta</title><h1>Panelen kunde inte starta</h1><p>%s</p></html>\n' "$text" >"$page"
    xdg-open "$page" >/dev/null 2>&1
}

damaged='Filen är skadad och startas inte. Be om den på nytt och jämför kontrollsumman. / The file is damaged and is not started. Ask for it anew and compare its hash.'
no_room='Panelen kunde inte packas upp. Är disken full? / The panel could not be unpacked. Is the disk full?'
broken='Panelen kunde inte starta på den här datorn. / The panel could not start on this computer.'

unpack() {
    found=$(tail -c +"$offset" "$1" | sha256sum | cut -d' ' -f1)
    if [ "$found" != "$wanted" ]; then
        say "$damaged"
        exit 1
    fi
    new=
    if mkdir -p "$store" && chmod 700 "$store" && new=$(mktemp -d "$store/new.XXXXXX") &&
        tail -c +"$offset" "$1" | tar -xzf - -C "$new" && [ -f "$new/start.py" ]; then
        # Two at once: the second finds the first one's and keeps it.
        mv -T "$new" "$place" 2>/dev/null || rm -rf "$new"
        return
    fi
    [ -z "$new" ] || rm -rf "$new"
    say "$no_room"
    exit 1
}

start() {
    LD_BEFORE=${LD_LIBRARY_PATH-} LD_LIBRARY_PATH=$place/lib "$place/bin/python3" -I -S -B "$place/start.py"
}

unpacked=
[ -d "$place" ] || { unpack "$1"; unpacked=1; }
start
code=$?
# 70: what was unpacked before has lost something since. Once more from the file, which is checked.
if [ "$code" = 70 ] || [ "$code" = 126 ] || [ "$code" = 127 ]; then
    if [ -z "$unpacked" ]; then
        rm -rf "$place"
        unpack "$1"
        start
        code=$?
    fi
    case $code in 70 | 126 | 127) say "$broken" ;; esac
fi
exit "$code"
