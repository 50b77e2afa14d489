#!/bin/sh
# Debian packages for the tests marked `wider`. Where they cannot be had it says why and succeeds: those tests skip.
set -u
bin=/usr/lib/cyrus/bin
wanted=
[ -x $bin/httpd ] && [ -x $bin/imapd ] && [ -x $bin/lmtpd ] || wanted="$wanted cyrus-imapd cyrus-caldav"
command -v thunderbird >/dev/null || wanted="$wanted thunderbird"
command -v php >/dev/null && [ -d /usr/share/davical ] || wanted="$wanted php-cli davical"
# SOGo tells nobody of what is over: it runs on the clock of the tests, by libfaketime.
[ -x /usr/sbin/sogod ] && command -v memcached >/dev/null && ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 ||
    wanted="$wanted sogo memcached libfaketime"
[ -x /usr/bin/psql ] && [ -d /usr/lib/postgresql ] || wanted="$wanted postgresql"
command -v promtool >/dev/null || wanted="$wanted prometheus"
# podman-compose comes from the package index: that of Debian 12 is too old (docs/admin/container.md).
command -v podman >/dev/null && command -v runc >/dev/null || wanted="$wanted podman runc"

[ -n "$wanted" ] || exit 0
skip() { echo "not installed:$wanted ($1)"; exit 0; }
command -v apt-get >/dev/null || skip "no apt-get here"
[ "$(id -u)" = 0 ] || skip "only root can install them"

# The packages bring services of their own; none of them is to start.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy
fi
export DEBIAN_FRONTEND=noninteractive
timeout 60 apt-get update -qq || skip "apt-get update failed"
for one in $wanted; do
    # --no-remove: a mail server that somebody uses here stays.
    timeout 120 apt-get install -y -qq --no-install-recommends --no-remove \
        -o DPkg::Lock::Timeout=60 "$one" >/dev/null || echo "not installed: $one (apt-get failed)"
done
