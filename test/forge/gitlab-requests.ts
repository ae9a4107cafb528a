import { type Answer, iso, ok, paged, type Route, refuse } from './http.ts'
import { bot, type Note, type Request, type World } from './world.ts'

export const projectId = 3
/** Below the project, however it is named. */
export const route = (path: string): RegExp => new RegExp(`^/projects/[^/]+${path}$`)
const iidRoute = (path = ''): RegExp => route(`/merge_requests/(\\d+)${path}`)

/** Merge requests as docs.gitlab.com describes them. */
export function requestRoutes(world: World): Route[] {
  const json = (request: Request): unknown => requestJson(world, request)
  const withRequest = (iid: string | undefined, then: (request: Request) => Answer): Answer => {
    const request = world.requests.get(Number(iid))
    return request ? then(request) : refuse(404, '404 Not found')
  }
  return [
    [
      'GET',
      route('/merge_requests'),
      (call) => {
        const state = call.query.get('state') ?? 'all'
        const source = call.query.get('source_branch')
        const found = world
          .newestFirst()
          .filter(
            (one) =>
              (state === 'all' || stateOf(one) === state) && (source === null || one.source === source),
          )
        return paged(call, found.map(json), 'per_page', 100, 20)
      },
    ],
    [
      'POST',
      route('/merge_requests'),
      ({ body }) => {
        if (!world.git.branches.has(body.source_branch))
          return refuse(400, [`Source branch "${body.source_branch}" does not exist`])
        const there = world.openOf(body.source_branch)
        if (there)
          return refuse(409, [
            `Another open merge request already exists for this source branch: !${there.number}`,
          ])
        const labels = body.labels === '' ? [] : body.labels.split(',')
        return {
          status: 201,
          json: json(
            world.open({
              title: body.title,
              description: body.description,
              source: body.source_branch,
              target: body.target_branch,
              labels,
            }),
          ),
        }
      },
    ],
    ['GET', iidRoute(), (_, iid) => withRequest(iid, (request) => ok(json(request)))],
    [
      'PUT',
      iidRoute(),
      ({ body }, iid) =>
        withRequest(iid, (request) => {
          if (body.title !== undefined) request.title = body.title
          if (body.description !== undefined) request.description = body.description
          if (body.state_event === 'close') world.close(request)
          return ok(json(request))
        }),
    ],
    [
      'PUT',
      iidRoute('/merge'),
      ({ body }, iid) =>
        withRequest(iid, (request) => {
          if (request.state !== 'OPEN') return refuse(405, '405 Method Not Allowed')
          if (body.sha !== world.headOf(request))
            return refuse(409, 'SHA does not match HEAD of source branch')
          return world.merge(request, body.merge_commit_message)
            ? ok(json(request))
            : refuse(405, '405 Method Not Allowed')
        }),
    ],
    [
      'GET',
      iidRoute('/versions'),
      (_, iid) =>
        withRequest(iid, (request) =>
          ok(
            request.versions.map(({ sha, timeMs }, at) => ({
              id: 100 - at,
              head_commit_sha: sha,
              created_at: iso(timeMs),
            })),
          ),
        ),
    ],
  ]
}

const stateOf = ({ state }: Request): string =>
  ({ OPEN: 'opened', MERGED: 'merged', CLOSED: 'closed' })[state]

function requestJson(world: World, request: Request): unknown {
  return {
    ...{
      iid: request.number,
      id: 1_000 + request.number,
      project_id: projectId,
      target_project_id: projectId,
    },
    source_project_id: request.fork ? 99 : projectId,
    ...{
      title: request.title,
      description: request.description,
      state: stateOf(request),
      labels: request.labels,
    },
    ...{ source_branch: request.source, target_branch: request.target, sha: world.headOf(request) },
    author: { id: 1, username: request.author },
    web_url: `https://gitlab.invalid/group/shop/-/merge_requests/${request.number}`,
    ...{ created_at: iso(request.createdMs), updated_at: iso(request.updatedMs) },
    ...{ merge_commit_sha: request.mergedSha, squash_commit_sha: null },
    detailed_merge_status:
      request.state !== 'OPEN' ? 'not_open' : world.conflicts(request) ? 'conflict' : 'mergeable',
  }
}

/** Their notes and approvals. */
export function talkRoutes(world: World, approvedAt: boolean): Route[] {
  const json = ({ id: noteId, author, body, system, timeMs, editedMs }: Note): unknown => ({
    ...{ id: noteId, body, system, created_at: iso(timeMs), updated_at: iso(editedMs ?? timeMs) },
    author: { username: author },
  })
  const with404 = (iid: string | undefined, then: (request: Request) => Answer): Answer => {
    const request = world.requests.get(Number(iid))
    return request ? then(request) : refuse(404, '404 Merge Request Not Found')
  }
  return [
    [
      'GET',
      iidRoute('/notes'),
      (call, iid) =>
        with404(iid, ({ notes, approvals }) => {
          const written = approvals.map(({ login, timeMs, id: noteId }) => ({
            ...{ id: noteId, author: login, timeMs, system: true },
            body: 'approved this merge request',
          }))
          const all = [...notes, ...written].sort((a, b) => a.timeMs - b.timeMs)
          return paged(
            call,
            (call.query.get('sort') === 'asc' ? all : all.reverse()).map(json),
            'per_page',
            100,
            20,
          )
        }),
    ],
    [
      'POST',
      iidRoute('/notes'),
      ({ body }, iid) =>
        with404(iid, (request) => ({ status: 201, json: json(world.note(request, bot, body.body)) })),
    ],
    [
      'PUT',
      iidRoute('/notes/(\\d+)'),
      ({ body }, iid, note) =>
        with404(iid, ({ notes }) => {
          const found = notes.find((one) => one.id === Number(note))
          if (!found) return refuse(404, '404 Note Not Found')
          world.edit(found, body.body)
          return ok(json(found))
        }),
    ],
    [
      'GET',
      iidRoute('/approvals'),
      (_, iid) =>
        with404(iid, ({ approvals }) =>
          ok({
            approved_by: approvals.map(({ login, timeMs }) => ({
              user: { username: login },
              ...(approvedAt ? { approved_at: iso(timeMs) } : {}),
            })),
          }),
        ),
    ],
  ]
}
