import { type Permission, permissions } from '@aiops/contract/api/operation'
import type { Role } from './config.ts'

const reading: readonly Permission[] = [
  'system:read',
  'telemetry:read',
  'incidents:read',
  'runbooks:read',
  'topology:read',
  'clusters:read',
  'chat:read',
  'reports:read',
  'cost:read',
  'deployments:read',
  'detection:read',
  'slos:read',
  'correlation:read',
  'knowledge:read',
  'feeds:read',
]
const operating: readonly Permission[] = [
  ...reading,
  'config:read',
  'chat:write',
  'incidents:write',
  'runbooks:execute',
  'topology:write',
  'telemetry:write',
  'cost:write',
  'deployments:write',
  'slos:write',
  'knowledge:write',
]

/** The permission matrix. Approving needs `approver`: proposing and approving are kept apart. */
export const permissionsOf: Record<Role, readonly Permission[]> = {
  viewer: reading,
  developer: [...reading, 'config:read', 'chat:write', 'deployments:write'],
  operator: operating,
  approver: [...operating, 'runbooks:approve', 'deployments:approve'],
  admin: permissions,
  auditor: [...reading, 'config:read', 'audit:read'],
  sender: ['telemetry:write'],
  feed: ['feeds:read'],
}
