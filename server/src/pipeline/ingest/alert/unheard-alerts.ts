import type { Alert } from '@aiops/contract/model/alert'
import type { AlertRepository } from '../../../port/record-store.ts'

/** What was on its way as the database went is noted first; what fails after that was not taken. */
const waitingMax = 2_000

/**
 * Alerts whose write failed. A database that goes away while it commits may have them all the same; then a repeat is the same state
 * again, which is told to nobody, and an alert that expired is not found a second time.
 */
export class UnheardAlerts {
  readonly #waiting = new Map<string, Alert>()

  note(alerts: readonly Alert[]): void {
    for (const alert of alerts) if (this.#waiting.size < waitingMax) this.#waiting.set(keyOf(alert), alert)
  }

  /** It was told. */
  forget(alert: Alert): void {
    if (this.#waiting.size > 0) this.#waiting.delete(keyOf(alert))
  }

  /** Those that are stored as they were to be written; all others are forgotten. Rejects while nobody can say, and keeps them. */
  async stored(repository: Pick<AlertRepository, 'latest'>): Promise<Alert[]> {
    const found: Alert[] = []
    for (const [key, alert] of this.#waiting) {
      const known = await repository.latest(alert.tenant_id, alert.fingerprint)
      if (known && keyOf(known) === key && known.status === alert.status) found.push(known)
    }
    this.#waiting.clear()
    return found
  }
}

const keyOf = ({ tenant_id, fingerprint, starts_at }: Alert): string =>
  `${tenant_id}\0${fingerprint}\0${starts_at}`
