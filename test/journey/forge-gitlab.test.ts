import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { createGitlabForge } from '../../server/src/adapter/gitlab/index.ts'
import { createHttpClient } from '../../server/src/adapter/http/http-client.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { type ForgeRig, forgeConformance } from '../../server/src/port/forge.suite.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const projects = Array.from({ length: 70 }, (_, index) => `shop-${index}`)
const keyOf = (name: string): string => `key-of-${name}`
const people = ['robot', 'anna', 'ben']

/** Two that were written apart hold each other to what they say: the GitLab adapter, and the part of GitLab's API that is served here. */
describe('the GitLab adapter, before the local forge of the real program', () => {
  const folder = temporaryFolder('forge-gitlab')
  const http = createHttpClient({ clock: systemClock }, { deny: [] })
  let server: Server
  let used = 0

  beforeAll(async () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const keys = people.map((name) => `{name: ${name}, role: admin, sha256: "${sha256(keyOf(name))}"}`)
    const made = projects.map((name) => `{name: ${name}, approvals_required: 0}`)
    server = await startServer(folder.path, [
      'ingest.host.enabled=false',
      `auth.api_keys=[${keys.join(', ')}]`,
      `forge.projects=[${made.join(', ')}]`,
    ])
  })
  afterAll(async () => {
    http.close()
    await server?.stop()
    folder.remove()
  })

  forgeConformance(async (seed) => {
    const project = projects[used] ?? ''
    used += 1
    pushFirst(`${server.url.replace('//', `//anna:${keyOf('anna')}@`)}/git/${project}.git`, seed)
    const secrets = { read: async () => keyOf('robot') }
    const settings = { url: server.url, project: `default/${project}`, tokenSecret: 'KEY' }
    return rigOf(
      server.url,
      project,
      join(folder.path, 'forge'),
      createGitlabForge({ http, secrets, clock: systemClock }, settings),
    )
  })
})

function rigOf(url: string, project: string, repositories: string, forge: ForgeRig['forge']): ForgeRig {
  const root = `${url}/api/v4/projects/default%2F${project}`
  // biome-ignore lint/suspicious/noExplicitAny: whatever the program answers
  const ask = async (name: string, method: string, path: string, body?: unknown): Promise<any> => {
    const headers = { 'private-token': keyOf(name), 'content-type': 'application/json' }
    const answer = await fetch(`${root}${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return {
    forge,
    async push(branch, files) {
      // Nobody pushes to the default branch; what came to it another way is put there on disk.
      if (branch === 'main') return pushOnDisk(bareOf(repositories, project), files)
      const there = await fetch(`${root}/repository/branches/${encodeURIComponent(branch)}`, {
        headers: { 'private-token': keyOf('anna') },
      })
      const actions = []
      for (const [path, content] of Object.entries(files)) {
        const known = await forge.readFile(there.ok ? branch : 'main', path)
        actions.push({ action: known === undefined ? 'create' : 'update', file_path: path, content })
      }
      const begin = there.ok ? {} : { start_branch: 'main' }
      return (
        await ask('anna', 'POST', '/repository/commits', {
          branch,
          commit_message: 'Theirs',
          actions,
          ...begin,
        })
      ).id
    },
    // It always is.
    protect: async () => undefined,
    async approve(number, login) {
      const { sha } = await ask(login, 'GET', `/merge_requests/${number}`)
      await ask(login, 'POST', `/merge_requests/${number}/approve`, { sha })
    },
    async comment(number, login, text, edited) {
      const path = `/merge_requests/${number}/notes`
      const { id } = await ask(login, 'POST', path, { body: text })
      if (edited !== undefined) await ask(login, 'PUT', `${path}/${id}`, { body: edited })
    },
    notes: async (number) =>
      (await ask('anna', 'GET', `/merge_requests/${number}/notes?sort=asc&per_page=100`)).map(
        ({ body }: { body: string }) => body,
      ),
    statuses: async (sha) =>
      Object.fromEntries(
        (await ask('anna', 'GET', `/repository/commits/${sha}/statuses?per_page=100`)).map(
          ({ name, status, description }: Record<string, string>) => [name, { state: status, description }],
        ),
      ),
    close: async () => undefined,
  }
}

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Anna', '-c', 'user.email=anna@shop.example', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim()

/** With the real git, over HTTP, as whoever begins a repository. */
function pushFirst(remote: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  const tree = mkdtempSync(join(tmpdir(), 'aiops-seed-'))
  try {
    git(tree, 'init', '--quiet', '--initial-branch=main')
    write(tree, files)
    git(tree, 'add', '.')
    git(tree, 'commit', '--quiet', '-m', 'Begin')
    git(tree, 'push', '--quiet', remote, 'main')
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}

function pushOnDisk(bare: string, files: Readonly<Record<string, string>>): string {
  const tree = mkdtempSync(join(tmpdir(), 'aiops-push-'))
  try {
    git(tree, 'clone', '--quiet', '--branch', 'main', bare, '.')
    write(tree, files)
    git(tree, 'add', '.')
    git(tree, 'commit', '--quiet', '-m', 'Theirs')
    git(bare, 'fetch', '--quiet', tree, 'HEAD')
    git(bare, 'update-ref', 'refs/heads/main', git(tree, 'rev-parse', 'HEAD'))
    return git(tree, 'rev-parse', 'HEAD')
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}

function write(tree: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(tree, dirname(path)), { recursive: true })
    writeFileSync(join(tree, path), content)
  }
}

/** Below the folder of the forge, wherever it keeps them. */
function bareOf(repositories: string, project: string): string {
  const found = readdirSync(repositories, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`${project}.git`),
  )
  if (found === undefined) throw new Error(`no repository of ${project}`)
  return join(repositories, found)
}
