import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGitRepositories } from '../../server/src/adapter/git/git-repositories.ts'
import { openSqliteRecordStore } from '../../server/src/adapter/kysely/record-store.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { createLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import type { HttpRequest } from '../../server/src/port/http-client.ts'
import type { Caller } from '../../server/src/port/operation-client.ts'
import { createForge, ForgeConfig } from '../../server/src/service/forge/index.ts'

export const callerOf = (actor: string, tenant = 'default'): Caller => ({
  ...{ actor, tenant },
  permissions: ['deployments:read', 'deployments:write', 'deployments:approve'],
})

export type AuditEntry = { actor: string; action: string; resource: string; outcome: string }

/** A forge on real repositories in a folder of its own; webhooks go to `answer`. */
export async function openForgeRig(
  config: unknown = {},
  answer: (request: HttpRequest) => Promise<number> = async () => 200,
) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-forge-'))
  const store = await openSqliteRecordStore(join(folder, 'records.db'))
  const base = { clock: systemClock, random: systemRandom }
  const settings = ForgeConfig.parse(config)
  const git = createGitRepositories({
    ...{ ...base, folder: join(folder, 'forge'), packBytesMax: settings.push_bytes_max },
  })
  const audit: AuditEntry[] = []
  const sent: HttpRequest[] = []
  const forge = createForge(
    {
      ...{ ...base, records: store.forge, git },
      http: {
        async send(request) {
          sent.push(request)
          return { status: await answer(request), headers: {}, body: Buffer.alloc(0) }
        },
      },
      secrets: {
        seal: async (secret, { id }) => `${id}:${Buffer.from(secret).toString('base64')}`,
        open: async (sealed) => Buffer.from(sealed.slice(sealed.indexOf(':') + 1), 'base64'),
      },
      async audit({ actor }, action, resource, outcome) {
        audit.push({ actor, action, resource, outcome })
      },
      publicUrl: () => 'http://localhost:8080',
      ...{ metrics: createMetrics(), log: createLog({ level: 'silent' }) },
    },
    settings,
  )
  await forge.start()

  return {
    ...{ forge, git, records: store.forge, audit, sent, folder },
    /** A repository with a first commit on its default branch. */
    async project(
      name: string,
      files: Readonly<Record<string, string>>,
      options: { approvalsRequired?: number } = {},
    ) {
      const made = {
        name,
        description: '',
        defaultBranch: 'main',
        approvalsRequired: options.approvalsRequired ?? 1,
      }
      await forge.projects.create(callerOf('anna'), made)
      await this.push(name, 'main', files)
    },
    /** What somebody's push does, without the protocol. */
    async push(project: string, branch: string, files: Readonly<Record<string, string>>): Promise<string> {
      const repository = git.open({ tenant: 'default', project })
      const there = await repository.head(branch)
      const parent = there ?? (await repository.head('main')) ?? null
      const { sha } = await repository.write({
        ...{
          parent,
          message: 'Theirs',
          author: { name: 'Anna', email: 'anna@shop.example' },
          atMs: Date.now(),
        },
        files: Object.entries(files).map(([path, content]) => ({ path, content })),
      })
      if (!(await repository.moveBranch(branch, sha, there ?? null))) throw new Error(`${branch} has moved`)
      return sha
    },
    /** Makes the first commit of a repository be these files, which may be no text. */
    async seed(project: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
      const cwd = join(folder, 'forge', 'default', `${project}.git`)
      const person = {
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@b',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@b',
      }
      const env = { ...process.env, ...person, GIT_INDEX_FILE: join(folder, 'seed-index'), GIT_DIR: cwd }
      const run = (rest: readonly string[], input?: string | Uint8Array): string =>
        execFileSync('git', rest, { cwd, env, ...(input === undefined ? {} : { input }) })
          .toString()
          .trim()
      run(['read-tree', '--empty'])
      for (const [path, content] of Object.entries(files)) {
        const blob = run(['hash-object', '-w', '--stdin'], content)
        run(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`])
      }
      run(['update-ref', 'refs/heads/main', run(['commit-tree', run(['write-tree']), '-m', 'Seed'])])
    },
    async close() {
      await forge.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type ForgeTestRig = Awaited<ReturnType<typeof openForgeRig>>
