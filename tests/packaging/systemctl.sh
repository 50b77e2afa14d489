#!/bin/sh
# What systemd does for the pages for admins, on a machine of tests that has none: the unit's own command, as its own user.
unit=/etc/systemd/system/syncd.service
pid=/run/syncd.pid
begin() {
    [ -f $unit ] || { echo "$unit is not installed" >&2; exit 5; }
    command=$(sed -n 's/^ExecStart=//p' $unit)
    user=$(sed -n 's/^User=//p' $unit)
    STATE_DIRECTORY=/var/lib/syncd setsid setpriv --reuid="$user" --regid="$user" --init-groups $command >>/var/log/syncd.log 2>&1 </dev/null &
    echo $! >$pid
}
end() {
    [ -f $pid ] || return 0
    kill "$(cat $pid)" 2>/dev/null
    for _ in $(seq 600); do kill -0 "$(cat $pid)" 2>/dev/null || break; sleep 0.2; done
    rm -f $pid
}
case "$*" in
    daemon-reload) ;;
    "start syncd" | "enable --now syncd") begin ;;
    "stop syncd") end ;;
    "restart syncd") end; begin ;;
    "start syncd-failed") [ -f /etc/systemd/system/syncd-failed.service ] ;;
    *) echo "systemctl $*: not known here" >&2; exit 1 ;;
esac
