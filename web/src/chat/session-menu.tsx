import type { ChatSession } from '@aiops/contract/model/chat'
import { useNavigate } from '@tanstack/react-router'
import { Download, Ellipsis, type LucideIcon, Trash2, UserRoundX, Users } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import type { useChatActions } from './use-chat.ts'

type SessionMenuProps = { session: ChatSession; actions: ReturnType<typeof useChatActions> }

export function SessionMenu({ session, actions }: SessionMenuProps) {
  const [deleting, setDeleting] = useState(false)
  const { shared } = session
  return (
    <>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button
            look="quiet"
            size="icon"
            aria-label="Share, export or delete"
            title="Share, export or delete"
          >
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            collisionPadding={8}
            className="z-50 min-w-56 rounded-lg border border-line-strong bg-raised p-1 shadow-overlay"
          >
            <Item
              icon={shared ? UserRoundX : Users}
              text={shared ? 'Stop sharing' : 'Share with the tenant'}
              onSelect={() => actions.update.mutate({ shared: !shared })}
            />
            <Item
              icon={Download}
              text="Export as Markdown"
              onSelect={() => actions.save.mutate('MARKDOWN')}
            />
            <Item icon={Download} text="Export as JSON" onSelect={() => actions.save.mutate('JSON')} />
            <Item icon={Trash2} text="Delete…" onSelect={() => setDeleting(true)} />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {deleting && (
        <DeleteDialog session={session} remove={actions.remove} onDone={() => setDeleting(false)} />
      )}
    </>
  )
}

function Item({ icon: Icon, text, onSelect }: { icon: LucideIcon; text: string; onSelect: () => void }) {
  return (
    <DropdownMenu.Item
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-sunken"
    >
      <Icon aria-hidden className="size-4 text-ink-mute" />
      {text}
    </DropdownMenu.Item>
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
