/** The resource that an incident is. */
export const incidentUri = (id: string): string => `aiops://incidents/${encodeURIComponent(id)}`
