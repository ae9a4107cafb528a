import type { Log } from '../../kernel/log.ts'
import type { Notifier } from '../../port/notifier.ts'

/** Writes each notification as one line of the platform's own log. */
export function createLogNotifier(log: Pick<Log, 'info'>): Notifier {
  return {
    name: 'log',
    async send({ kind, incident, sentence, url }) {
      log.info(
        {
          kind,
          ...(incident ? { incident: `INC-${incident.number}`, severity: incident.severity } : {}),
          ...{ sentence, url },
        },
        'notification',
      )
    },
  }
}
