import { isoTime } from '../../kernel/clock.ts'
import type { AlertmanagerDeps } from './index.ts'
import { receiverName } from './query.ts'

/** The Alertmanager whose API this is; clients look at it to know what they may ask. Ours follows as build metadata (semver §10). */
const spokenVersion = '0.28.0'

/** What is not known of this program is empty: it is no build of Alertmanager. */
export const statusOf = (
  { version, resolveTimeout }: Pick<AlertmanagerDeps, 'version' | 'resolveTimeout'>,
  startedMs: number,
) => ({
  cluster: { status: 'disabled', peers: [] },
  config: {
    original: `global:\n  resolve_timeout: ${resolveTimeout}\nroute:\n  receiver: ${receiverName}\n  group_by: [alertname]\nreceivers:\n  - name: ${receiverName}\n`,
  },
  uptime: isoTime(startedMs),
  versionInfo: {
    version: `${spokenVersion}+aiops.${version}`,
    revision: '',
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  },
})
