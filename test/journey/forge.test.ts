import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createClient } from '@aiops/contract/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Server, startServer, temporaryFolder } from './server.ts'

const people = ['anna', 'ben', 'eve'] as const
const roles = { anna: 'approver', ben: 'approver', eve: 'viewer' }
type Person = (typeof people)[number]
const keyOf = (name: string): string => `key-of-${name}`

/** Stock git against the real program. */
describe('the local forge', () => {
  const folder = temporaryFolder('forge')
  let server: Server
  let infra = ''

  beforeAll(async () => {
    const keys = people.map((name) => {
      const sha256 = createHash('sha256').update(keyOf(name)).digest('hex')
      return `{ name: ${name}, role: ${roles[name]}, sha256: ${sha256} }`
    })
    const file = join(folder.path, 'aiops.yaml')
    writeFileSync(
      file,
      [
        `auth: { api_keys: [${keys.join(', ')}] }`,
        `forge: { push_bytes_max: 20000000, projects: [{ name: infra, protected_branches: ['release/*'] }, { name: apps }] }`,
      ].join('\n'),
    )
    server = await startServer(join(folder.path, 'data'), ['ingest.host.enabled=false'], 60_000, [
      '--config',
      file,
    ])
    infra = await clone('anna', 'infra', 'anna-infra')
    write(infra, 'main.tf', 'variable "size" {}\n')
    await committed(infra, 'Begin')
    expect(await git(infra, 'push', 'origin', 'HEAD:main')).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  const urlOf = (person: Person, project: string) =>
    `${server.url.replace('://', `://any:${keyOf(person)}@`)}/git/${project}.git`
  async function clone(person: Person, project: string, into: string): Promise<string> {
    const path = join(folder.path, into)
    const { code, said } = await git(folder.path, 'clone', '-q', urlOf(person, project), path)
    expect(said).not.toMatch(/fatal/)
    expect(code).toBe(0)
    await git(path, 'checkout', '-q', '-B', 'main')
    return path
  }
  function write(repository: string, path: string, content: string | Uint8Array): void {
    mkdirSync(join(repository, path, '..'), { recursive: true })
    writeFileSync(join(repository, path), content)
  }
  async function committed(repository: string, message: string): Promise<string> {
    await git(repository, 'add', '-A')
    expect(await git(repository, 'commit', '-q', '-m', message)).toMatchObject({ code: 0 })
    return (await git(repository, 'rev-parse', 'HEAD')).said.trim()
  }
  const branch = async (repository: string, name: string, content: string): Promise<string> => {
    await git(repository, 'checkout', '-q', '-B', name, 'main')
    write(repository, `${name.replaceAll('/', '-')}.tf`, content)
    return committed(repository, `Change ${name}`)
  }
  const client = (person: Person) => createClient({ url: server.url, token: keyOf(person) })
  async function gitlab(person: Person, method: string, path: string, body?: unknown) {
    const response = await fetch(`${server.url}/api/v4${path}`, {
      ...{ method, headers: { 'private-token': keyOf(person), 'content-type': 'application/json' } },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }
  const headOf = async (project: string, name: string): Promise<unknown> =>
    (
      (await gitlab('ben', 'GET', `/projects/${project}/repository/branches/${encodeURIComponent(name)}`))
        .json.commit as { id?: string } | undefined
    )?.id

  it('is cloned, with what was pushed', async () => {
    const path = await clone('eve', 'infra', 'eve-infra')
    expect(readFileSync(join(path, 'main.tf'), 'utf8')).toBe('variable "size" {}\n')
  })

  it('takes a branch, and says why it takes no push to a protected one', async () => {
    const sha = await branch(infra, 'work', 'a = 1\n')
    expect(await git(infra, 'push', 'origin', 'work')).toMatchObject({ code: 0 })
    expect(await headOf('infra', 'work')).toBe(sha)
    const refused = await git(infra, 'push', 'origin', 'work:main')
    expect(refused.code).not.toBe(0)
    expect(refused.said).toContain('remote: main: protected branch, open a merge request.')
    expect(refused.said).toContain(
      '! [remote rejected] work -> main (protected branch, open a merge request)',
    )
    expect((await git(infra, 'push', 'origin', 'work:release/1')).said).toContain('protected branch')
    expect((await git(infra, 'push', 'origin', ':main')).said).toContain(
      'protected branch, it is not deleted',
    )
  })

  it('takes no force-push to a protected branch, and one to a branch of work', async () => {
    const before = await headOf('infra', 'main')
    await git(infra, 'checkout', '-q', '--orphan', 'other')
    write(infra, 'other.tf', 'x = 1\n')
    await committed(infra, 'Another history')
    expect((await git(infra, 'push', '--force', 'origin', 'other:main')).said).toContain(
      '[remote rejected] other -> main',
    )
    expect(await headOf('infra', 'main')).toBe(before)
    expect(await git(infra, 'push', '--force', 'origin', 'other:work')).toMatchObject({ code: 0 })
    await git(infra, 'checkout', '-q', '-f', 'main')
  })

  it('lets approvers push forward where a branch is protected so, and nobody set it back', async () => {
    const set = { name: 'stable', push_access_level: 40 }
    expect((await gitlab('anna', 'POST', '/projects/infra/protected_branches', set)).status).toBe(201)
    await branch(infra, 'stable', 'one\n')
    expect(await git(infra, 'push', 'origin', 'stable')).toMatchObject({ code: 0 })
    write(infra, 'stable.tf', 'two\n')
    const sha = await committed(infra, 'Forward')
    expect(await git(infra, 'push', 'origin', 'stable')).toMatchObject({ code: 0 })
    await git(infra, 'reset', '-q', '--hard', 'HEAD~1')
    const back = await git(infra, 'push', '--force', 'origin', 'stable')
    expect(back.said).toContain('[remote rejected]')
    expect(await headOf('infra', 'stable')).toBe(sha)
    await git(infra, 'checkout', '-q', '-f', 'main')
  })

  it('refuses strangers, readers and names of no use, and whole pushes in which one part is refused', async () => {
    const stranger = await git(
      folder.path,
      'clone',
      `${server.url}/git/infra.git`,
      join(folder.path, 'stranger'),
    )
    expect(stranger.said).toMatch(/could not read Username|Authentication failed/)
    expect((await git(infra, 'push', urlOf('eve', 'infra'), 'main:eve')).said).toContain('403')
    expect(
      (await git(folder.path, 'clone', urlOf('anna', 'none'), join(folder.path, 'none'))).said,
    ).toContain('not found')
    expect((await git(infra, 'push', 'origin', 'main:refs/heads/-x')).said).toContain(
      'that is no name for a branch',
    )
    expect((await git(infra, 'push', 'origin', 'main:refs/kept/x')).said).toContain(
      'only branches and tags are taken',
    )
    await branch(infra, 'fine', 'f\n')
    const both = await git(infra, 'push', 'origin', 'fine', 'fine:main')
    expect(both.said).toContain('fine -> fine (not taken: another part of this push was refused)')
    expect(await headOf('infra', 'fine')).toBeUndefined()
  })

  it('takes tags once', async () => {
    await git(infra, 'tag', 'v1', 'main')
    expect(await git(infra, 'push', 'origin', 'v1')).toMatchObject({ code: 0 })
    await git(infra, 'tag', '-f', 'v1', 'fine')
    expect((await git(infra, 'push', '--force', 'origin', 'v1')).said).toContain(
      'tags are neither moved nor deleted',
    )
  })

  it('takes 3 MB in chunks, and no more than it may', async () => {
    await git(infra, 'checkout', '-q', '-B', 'large', 'main')
    write(infra, 'large.bin', randomBytes(3_000_000))
    const sha = await committed(infra, 'Large')
    expect(await git(infra, '-c', 'http.postBuffer=65536', 'push', 'origin', 'large')).toMatchObject({
      code: 0,
    })
    expect(await headOf('infra', 'large')).toBe(sha)
    const again = await clone('ben', 'infra', 'ben-large')
    expect(await git(again, 'cat-file', '-s', 'origin/large:large.bin')).toMatchObject({ said: '3000000\n' })
    await git(infra, 'checkout', '-q', '-B', 'huge', 'main')
    write(infra, 'huge.bin', randomBytes(21_000_000))
    await committed(infra, 'Huge')
    expect((await git(infra, 'push', 'origin', 'huge')).code).not.toBe(0)
    expect(await headOf('infra', 'huge')).toBeUndefined()
    await git(infra, 'checkout', '-q', '-f', 'main')
  })

  it('reads a fetch that is compressed', async () => {
    const sha = String(await headOf('infra', 'main'))
    const packet = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text
    const wanted = `${packet('command=fetch')}0001${packet(`want ${sha}\n`)}${packet('done\n')}0000`
    const response = await fetch(`${server.url}/git/infra.git/git-upload-pack`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/x-git-upload-pack-request', 'content-encoding': 'gzip' },
        ...{ 'git-protocol': 'version=2', authorization: `Basic ${btoa(`x:${keyOf('eve')}`)}` },
      },
      body: new Uint8Array(gzipSync(wanted)),
    })
    expect(response.status).toBe(200)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes.includes('packfile') && bytes.includes('PACK')).toBe(true)
  })

  it('takes pushes of several people at once, each its own', async () => {
    const clones = await Promise.all(
      [1, 2, 3, 4].map((n) => clone(n % 2 ? 'anna' : 'ben', 'infra', `many-${n}`)),
    )
    const heads = await Promise.all(clones.map((path, n) => branch(path, `many/${n}`, `${n}\n`)))
    const pushed = await Promise.all(clones.map((path, n) => git(path, 'push', 'origin', `many/${n}`)))
    expect(pushed.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(await Promise.all(heads.map((_, n) => headOf('infra', `many/${n}`)))).toEqual(heads)
    // All of one branch: one is first, the others are told to fetch.
    for (const [n, path] of clones.entries()) await branch(path, 'same', `same ${n}\n`)
    const same = await Promise.all(clones.map((path) => git(path, 'push', 'origin', 'same')))
    expect(same.filter(({ code }) => code === 0)).toHaveLength(1)
  })

  it('goes from a push to a merge, with four eyes', async () => {
    const sha = await branch(infra, 'resize', 'size = "small"\n')
    await git(infra, 'push', 'origin', 'resize')
    const body = {
      source_branch: 'resize',
      target_branch: 'main',
      title: 'Smaller',
      description: 'It idles.',
    }
    const opened = await gitlab('anna', 'POST', '/projects/infra/merge_requests', body)
    const number = Number(opened.json.iid)
    const [anna, ben] = [client('anna'), client('ben')]
    const at = { params: { project: 'infra', number } }
    const seen = await ben.getMergeRequest(at)
    expect(seen).toMatchObject({
      ...{ head_sha: sha, author: 'anna', mergeable: true, approvable: true, state: 'OPEN' },
      commits: [{ title: 'Change resize' }],
      blocked_by: [expect.stringContaining('1 more approval')],
    })
    const diff = await ben.getMergeRequestDiff(at)
    expect(diff.files).toMatchObject([
      {
        new_path: 'resize.tf',
        change: 'ADDED',
        added: 1,
        hunks: [{ lines: [{ kind: 'ADDED', new_line: 1 }] }],
      },
    ])
    const body1 = { head_sha: sha }
    await expect(anna.approveMergeRequest({ ...at, body: body1 })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    await expect(client('eve').approveMergeRequest({ ...at, body: body1 })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    await ben.approveMergeRequest({ ...at, body: body1 })
    write(infra, 'resize.tf', 'size = "huge"\n')
    const moved = await committed(infra, 'Larger after all')
    await git(infra, 'push', 'origin', 'resize')
    await expect(anna.mergeMergeRequest({ ...at, body: body1 })).rejects.toMatchObject({ code: 'CONFLICT' })
    const later = await anna.getMergeRequest(at)
    expect(later).toMatchObject({ head_sha: moved, approvals: [{ by: 'ben', counts: false }] })
    await ben.approveMergeRequest({ ...at, body: { head_sha: moved } })
    await ben.addMergeRequestNote({ ...at, body: { text: 'Fine.' } })
    const merged = await anna.mergeMergeRequest({ ...at, body: { head_sha: moved } })
    expect(merged).toMatchObject({
      state: 'MERGED',
      merged_by: 'anna',
      notes: [{ text: 'Fine.', author: 'ben' }],
    })
    await git(infra, 'checkout', '-q', 'main')
    expect(await git(infra, 'pull', '-q', 'origin', 'main')).toMatchObject({ code: 0 })
    expect(readFileSync(join(infra, 'resize.tf'), 'utf8')).toBe('size = "huge"\n')
    expect((await git(infra, 'rev-parse', 'HEAD')).said.trim()).toBe(merged.merged_sha)
  })

  it('shows the tree and a file', async () => {
    const eve = client('eve')
    const { git: version, projects } = await eve.listForgeProjects()
    expect(version).toMatch(/^\d+\.\d+/)
    expect(projects.map(({ name, head_sha: head }) => [name, head === null])).toEqual([
      ['apps', true],
      ['infra', false],
    ])
    const params = { project: 'infra' }
    const { entries } = await eve.getForgeTree({ params })
    expect(entries).toContainEqual({ name: 'main.tf', path: 'main.tf', type: 'FILE', size_bytes: 19 })
    expect((await eve.getForgeFile({ params, query: { path: 'main.tf' } })).content).toBe(
      'variable "size" {}\n',
    )
    expect((await eve.getForgeTree({ params: { project: 'apps' } })).entries).toEqual([])
    const none = eve.getForgeFile({ params, query: { path: '../main.tf' } })
    await expect(none).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('ends git with a caller that goes away, and answers the next', async () => {
    const { hostname, port } = new URL(server.url)
    await new Promise<void>((resolve) => {
      const headers = { authorization: `Basic ${btoa(`x:${keyOf('anna')}`)}`, 'content-length': '1000000' }
      const leaving = request({
        hostname,
        port,
        method: 'POST',
        path: '/git/infra.git/git-receive-pack',
        headers,
      })
      leaving.on('error', () => resolve())
      leaving.write('0000', () => leaving.destroy())
      leaving.on('close', () => resolve())
    })
    expect(await git(infra, 'ls-remote', 'origin', 'main')).toMatchObject({ code: 0 })
  })
})

/** What git says, on both streams; a person's own configuration stays out. */
function git(cwd: string, ...rest: string[]): Promise<{ code: number; said: string }> {
  const env = {
    ...process.env,
    ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    ...{ GIT_AUTHOR_NAME: 'Anna', GIT_AUTHOR_EMAIL: 'anna@shop.example' },
    ...{ GIT_COMMITTER_NAME: 'Anna', GIT_COMMITTER_EMAIL: 'anna@shop.example' },
  }
  return new Promise((resolve) => {
    execFile('git', rest, { cwd, env, maxBuffer: 10_000_000 }, (error, out, err) => {
      const code = error ? Number(error.code ?? 1) : 0
      resolve({ code, said: `${out}${err}` })
    })
  })
}

describe('the local forge where no keys are configured', () => {
  const folder = temporaryFolder('forge-open')
  let server: Server
  beforeAll(async () => {
    server = await startServer(join(folder.path, 'data'))
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  it('knows whoever reaches the loopback port as local, and asks for nothing', async () => {
    await server.client.createForgeProject({ body: { name: 'infra', approvals_required: 0 } })
    const path = join(folder.path, 'infra')
    await git(folder.path, 'clone', '-q', `${server.url}/git/infra.git`, path)
    await git(path, 'checkout', '-q', '-B', 'main')
    writeFileSync(join(path, 'a.tf'), 'a = 1\n')
    await git(path, 'add', '-A')
    await git(path, 'commit', '-q', '-m', 'Begin')
    expect(await git(path, 'push', 'origin', 'HEAD:main', 'HEAD:work')).toMatchObject({ code: 0 })
    expect((await git(path, 'push', 'origin', ':work')).code).toBe(0)
    await git(path, 'commit', '-q', '--allow-empty', '-m', 'More')
    expect((await git(path, 'push', 'origin', 'HEAD:main')).said).toContain(
      'protected branch, open a merge request',
    )
    const user = (await (await fetch(`${server.url}/api/v4/user`)).json()) as { username: string }
    expect(user.username).toBe('local')
    await expect(server.client.createForgeProject({ body: { name: 'infra' } })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })
})
