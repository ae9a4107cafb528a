/** The last part of an id: `billing` of `service/billing` and of `workload/east/payments/Deployment/billing`. */
export const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1)

/** Whether any of these names or ids means the thing: the same id, or the same name where kinds differ or are not said. */
export function isAboutEntity(namesOrIds: Iterable<string>, entity: string): boolean {
  const name = lastPart(entity)
  if (name === '') return false
  for (const one of namesOrIds) if (one === entity || one === name || lastPart(one) === name) return true
  return false
}
