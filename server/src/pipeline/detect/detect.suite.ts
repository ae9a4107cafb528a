/** Stands in for what is stored of settings, for tests. */
import type { DetectionRepository, StoredDetection } from '../../port/detection-repository.ts'

export function noSettings(): DetectionRepository {
  const stored = new Map<string, StoredDetection>()
  return {
    all: async () => [...stored.values()],
    async save(settings) {
      if ((stored.get(settings.tenant_id)?.revision ?? 0) !== settings.revision - 1) return false
      stored.set(settings.tenant_id, settings)
      return true
    },
  }
}
