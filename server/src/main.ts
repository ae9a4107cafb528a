import { join } from 'node:path'
import { version } from './app/version.ts'
import { runCli } from './edge/cli/index.ts'

// A reader that has seen enough, such as `head`, ends the command; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

// Each part is loaded by the command that needs it: most are done before the platform itself would be read.
const dataCare = async () => (await import('./app/upkeep/data-care.ts')).dataCare
const auditCare = async () => (await import('./app/upkeep/audit-care.ts')).auditCare
const code = await runCli(process.argv.slice(2), {
  version,
  serve: async (options) => (await import('./app/serve.ts')).serve(options),
  settings: async (options) => (await import('./app/serve.ts')).settingsOf(options),
  data: {
    backup: async (options) => (await dataCare()).backup(options),
    restore: async (options) => (await dataCare()).restore(options),
    check: async (options) => (await dataCare()).check(options),
  },
  audit: {
    verify: async (options) => (await auditCare()).verify(options),
    publicKeys: async (options) => (await auditCare()).publicKeys(options),
  },
  openCluster: async (kubeconfig) => (await import('./app/cluster/clusters.ts')).openKubeconfig(kubeconfig),
  mainPath: import.meta.filename,
  placementExample: join(import.meta.dirname, '../../example/placement'),
  startShop: async (options) => (await import('../../example/shop/index.ts')).startShop(options),
})
// A pipe takes what it has room for; what waits for a slow reader would be lost.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit(code)
