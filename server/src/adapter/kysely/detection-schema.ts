/** Settings of detection by tenant: `revision` is for compare and swap, `body` the document as the port defines it, JSON. */
export type DetectionSchema = {
  detection_settings: { tenant_id: string; revision: number; body: string }
}

export const detectionMigration: { name: string; statements: readonly string[] } = {
  name: '0014-detection',
  statements: [
    'create table detection_settings (tenant_id text primary key, revision integer not null, body text not null)',
  ],
}
