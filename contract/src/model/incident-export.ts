import { z } from 'zod'
import { Change } from './change.ts'
import { Diagnosis } from './diagnosis.ts'
import { IncidentDetail } from './incident.ts'
import { Time } from './time.ts'
import { Topology } from './topology.ts'

/** It grows when a field changes its meaning or goes; further fields may come without it. */
export const incidentExportVersion = '1'

/** One incident with everything that is known of it, to be kept, read or replayed elsewhere. */
export const IncidentExport = z.object({
  schema_version: z.literal(incidentExportVersion),
  exported_at: Time,
  exported_by: z.string(),
  /** Of the program that wrote it. */
  platform_version: z.string(),
  /** With its timeline, members, reasons, latest diagnosis and remediations. */
  incident: IncidentDetail,
  /** Every revision that is kept, the oldest first. */
  diagnoses: z.array(Diagnosis),
  /** Before and during it, about what it affects and about what that needs; oldest first. */
  changes: z.array(Change),
  /** What is within two steps of what it affects, as it was at `topology_at`: when the incident began, where that is kept. */
  topology: Topology,
  topology_at: Time,
  /** What is not in here, and why: too much of it, or the caller may not see it. */
  left_out: z.array(z.object({ what: z.string(), count: z.number().int().nullable(), reason: z.string() })),
})
export type IncidentExport = z.infer<typeof IncidentExport>
