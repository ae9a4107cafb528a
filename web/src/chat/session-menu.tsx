import type { ChatSession } from '@aiops/contract/model/chat'
import { useNavigate } from '@tanstack/react-router'
import { Download, Ellipsis, Trash2, UserRoundX, Users } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import type { useChatActions } from './use-chat.ts'

type SessionMenuProps = { session: ChatSession; actions: ReturnType<typeof useChatActions> }

export function SessionMenu({ session, actions }: SessionMenuProps) {
  const [deleting, setDeleting] = useState(false)
  const { shared } = session
  return (
    <>
      <Menu
        trigger={
          <Button
            look="quiet"
            size="icon"
            aria-label="Share, export or delete"
            title="Share, export or delete"
          >
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem
          icon={shared ? UserRoundX : Users}
          text={shared ? 'Stop sharing' : 'Share with the tenant'}
          onSelect={() => actions.update.mutate({ shared: !shared })}
        />
        <MenuItem
          icon={Download}
          text="Export as Markdown"
          onSelect={() => actions.save.mutate('MARKDOWN')}
        />
        <MenuItem icon={Download} text="Export as JSON" onSelect={() => actions.save.mutate('JSON')} />
        <MenuItem icon={Trash2} text="Delete…" onSelect={() => setDeleting(true)} />
      </Menu>
      {deleting && (
        <DeleteDialog session={session} remove={actions.remove} onDone={() => setDeleting(false)} />
      )}
    </>
  )
}

type DeleteDialogProps = {
  session: ChatSession
  remove: ReturnType<typeof useChatActions>['remove']
  onDone: () => void
}

function DeleteDialog({ session, remove, onDone }: DeleteDialogProps) {
  const navigate = useNavigate()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Delete this conversation?"
      description={`“${session.title}” goes with its messages and files, for everyone.`}
    >
      <div className="space-y-3 px-5 py-4">
        {remove.error && <Failure error={remove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onDone}>Keep it</Button>
          <Button
            look="danger"
            disabled={remove.isPending}
            onClick={() =>
              remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/chat', replace: true }) })
            }
          >
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
