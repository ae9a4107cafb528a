import { projectId, requestRoutes, route, talkRoutes } from './gitlab-requests.ts'
import {
  type Answer,
  type Call,
  iso,
  ok,
  paged,
  type Route,
  refuse,
  type ScriptedForge,
  serveForge,
} from './http.ts'
import { token } from './rig.ts'
import { bot, type World } from './world.ts'

/** GitLab's API, version 4, as docs.gitlab.com describes it: one project, `group/shop`, under /gitlab. */
export function serveGitlab(
  world: World,
  options: { approvedAt?: boolean; pipeline?: number } = {},
): Promise<ScriptedForge> {
  const routes: Route[] = [
    ['GET', /^\/user$/, () => ok({ id: 1, username: bot, name: 'AIOps', state: 'active' })],
    [
      'GET',
      route(''),
      () => ok({ id: projectId, path_with_namespace: 'group/shop', default_branch: world.defaultBranch }),
    ],
    ...repositoryRoutes(world),
    ...commitRoutes(world),
    ...requestRoutes(world),
    ...talkRoutes(world, options.approvedAt ?? true),
    [
      'GET',
      route('/pipelines'),
      () => ok(options.pipeline === undefined ? [] : [{ id: options.pipeline, status: 'failed' }]),
    ],
    ['POST', route('/statuses/([0-9a-f]+)'), (call, sha) => postStatus(world, call, sha ?? '')],
  ]
  return serveForge('/gitlab/api/v4', routes, ({ headers }) => headers['private-token'] === token)
}

function repositoryRoutes({ git, ...world }: World): Route[] {
  const branch = (name: string): unknown => {
    const sha = git.branches.get(name) ?? ''
    return {
      ...{ name, merged: false, default: name === world.defaultBranch },
      protected: git.protectedBranches.has(name),
      commit: commitJson(git, sha),
    }
  }
  const file = (sha: string, path: string): Buffer | undefined =>
    git.blobs.get(git.files(sha).get(path)?.sha ?? '')
  const refOf = ({ query }: Call): string =>
    git.branches.get(query.get('ref') ?? '') ?? query.get('ref') ?? ''
  return [
    [
      'GET',
      route('/repository/branches'),
      (call) => {
        const search = call.query.get('search') ?? ''
        const names = [...git.branches.keys()]
          .sort()
          .filter((name) =>
            search.startsWith('^') ? name.startsWith(search.slice(1)) : name.includes(search),
          )
        return paged(call, names.map(branch), 'per_page', 100, 20)
      },
    ],
    [
      'GET',
      route('/repository/branches/([^/]+)'),
      (_, name = '') => (git.branches.has(name) ? ok(branch(name)) : refuse(404, '404 Branch Not Found')),
    ],
    [
      'DELETE',
      route('/repository/branches/([^/]+)'),
      (_, name = '') =>
        git.protectedBranches.has(name)
          ? refuse(403, 'Protected branch cannot be removed')
          : git.branches.delete(name)
            ? { status: 204 }
            : refuse(404, '404 Branch Not Found'),
    ],
    [
      'GET',
      route('/repository/files/([^/]+)/raw'),
      (call, path = '') => {
        const bytes = file(refOf(call), path)
        return bytes ? { status: 200, bytes } : refuse(404, '404 File Not Found')
      },
    ],
    [
      'GET',
      route('/repository/files/([^/]+)'),
      (call, path = '') => {
        const sha = refOf(call)
        const bytes = file(sha, path)
        if (!bytes) return refuse(404, '404 File Not Found')
        return ok({
          ...{
            file_path: path,
            size: bytes.length,
            encoding: 'base64',
            content: bytes.toString('base64'),
            ref: sha,
          },
          last_commit_id: git.lastChange(sha, path),
        })
      },
    ],
    [
      'GET',
      route('/repository/tree'),
      (call) => {
        const sha = refOf(call)
        const below = call.query.get('path') ?? ''
        const entries = [...git.files(sha)]
          .filter(([path]) => below === '' || path.startsWith(`${below}/`))
          .map(([path, { mode, sha: blob }]) => ({
            id: blob,
            name: path.split('/').at(-1),
            type: 'blob',
            path,
            mode,
          }))
        if (!git.commits.has(sha)) return refuse(404, '404 Tree Not Found')
        if (entries.length === 0 && below !== '') return refuse(404, '404 invalid revision or path Not Found')
        return keyset(call, entries)
      },
    ],
    [
      'GET',
      route('/repository/blobs/([0-9a-f]+)/raw'),
      (_, sha = '') => {
        const bytes = git.blobs.get(sha)
        return bytes ? { status: 200, bytes } : refuse(404, '404 Blob Not Found')
      },
    ],
  ]
}

/** Keyset pagination: the next page is known by its token alone. Pages of two, so that there are some. */
function keyset(call: Call, entries: readonly { id: string; path: string }[]): Answer {
  const from = entries.findIndex(({ path }) => path === call.query.get('page_token')) + 1
  const part = entries.slice(from, from + 2)
  const next = new URLSearchParams(call.query)
  next.set('page_token', part.at(-1)?.path ?? '')
  return ok(
    part,
    from + 2 < entries.length ? { link: `<https://gitlab.invalid/tree?${next}>; rel="next"` } : {},
  )
}

function commitRoutes(world: World): Route[] {
  const { git } = world
  return [
    [
      'GET',
      route('/repository/commits/([0-9a-f]+)'),
      (_, sha = '') =>
        git.commits.has(sha) ? ok(commitJson(git, sha)) : refuse(404, '404 Commit Not Found'),
    ],
    [
      'GET',
      route('/repository/commits/([0-9a-f]+)/diff'),
      (call, sha = '') =>
        paged(
          call,
          git.changedPaths(sha).map((path) => ({ old_path: path, new_path: path, diff: '' })),
          'per_page',
          100,
          20,
        ),
    ],
    [
      'POST',
      route('/repository/commits'),
      ({ body }) => {
        const head = git.branches.get(body.branch)
        if (git.protectedBranches.has(body.branch))
          return refuse(403, 'You are not allowed to push into this branch')
        if (body.start_sha !== undefined && head !== undefined)
          return refuse(
            400,
            `A branch called '${body.branch}' already exists. Switch to that branch in order to make changes`,
          )
        const parent = body.start_sha ?? head
        if (parent === undefined || !git.commits.has(parent))
          return refuse(400, 'You can only create or edit files when you are on a branch')
        const changes = new Map<string, string | null>()
        for (const { action, file_path: path, content, last_commit_id: last } of body.actions) {
          const there = git.files(parent).has(path)
          if (action === 'create' && there) return refuse(400, 'A file with this name already exists')
          if (action !== 'create' && !there) return refuse(400, "A file with this name doesn't exist")
          if (last !== undefined && head !== undefined && git.lastChange(parent, path) !== last)
            return refuse(400, `The file has changed since you started editing it: ${path}`)
          changes.set(path, action === 'delete' ? null : content)
        }
        const sha = git.change(parent, changes, body.commit_message, bot)
        world.move(body.branch, sha)
        return { status: 201, json: commitJson(git, sha) }
      },
    ],
  ]
}

const commitJson = (git: World['git'], sha: string): unknown => {
  const { parents = [], message = '', timeMs = 0 } = git.commits.get(sha) ?? {}
  return {
    ...{ id: sha, short_id: sha.slice(0, 11), parent_ids: parents, message },
    committed_date: iso(timeMs),
    created_at: iso(timeMs),
  }
}

/** A status goes from one state to another, never to the same. */
function postStatus(world: World, { body }: Call, sha: string): Answer {
  if (!world.git.commits.has(sha)) return refuse(404, '404 Commit Not Found')
  const last = (world.statuses.get(sha) ?? []).findLast(({ context }) => context === body.name)
  const event = { pending: 'enqueue', running: 'run', success: 'success', failed: 'drop' }[
    body.state as 'pending'
  ]
  if (last?.state === body.state)
    return refuse(
      400,
      `Cannot transition status via :${event} from :${body.state} (Reason(s): Status cannot transition via "${event}")`,
    )
  world.status(sha, {
    state: body.state,
    context: body.name,
    description: body.description,
    pipeline: body.pipeline_id,
  })
  return { status: 201, json: { id: 1, sha, status: body.state, name: body.name } }
}
