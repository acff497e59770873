import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { SellerRight, StaffInvitation, StaffMember } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { calendarDay, count, day } from "../../core/format";
import { newId } from "../../core/ids";
import { usePages } from "../../core/loading";
import { edited, me } from "../../core/session";
import { Confirm } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Empty, Loading, Trouble } from "../../parts/states";
import { noRights, RightsPicker, rightsText } from "./rights";
import { SellerPage } from "./tabs";

/** Who works for one's own shop, and what they may do there. */
export function SellerStaff(): JSX.Element {
  useTitle("People of the shop");
  const [inviting, setInviting] = useState(false);
  const staffs = me.value?.seller_rights.includes("staff") ?? false;
  const invite = staffs && !inviting && (
    <button type="button" class="button" onClick={() => setInviting(true)}>
      Invite somebody
    </button>
  );
  return (
    <SellerPage title="People" action={invite}>
      <Content staffs={staffs} inviting={inviting} close={() => setInviting(false)} />
    </SellerPage>
  );
}

interface ContentProps {
  staffs: boolean;
  inviting: boolean;
  close: () => void;
}

function Content({ staffs, inviting, close }: ContentProps): JSX.Element {
  const people = usePages("staff", () => call("staff.list", {}));
  const invitations = usePages("staff invitations", () => call("staff.list_invitations", {}));
  const box = useKeptFocus<HTMLDivElement>(0);
  const done = (list: { again: () => void }, text: string): void => {
    announce(text);
    list.again();
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {inviting && (
        <Invite
          cancel={close}
          invited={({ email }) => {
            close();
            done(invitations, `A mail is on its way to ${email}.`);
          }}
        />
      )}
      {people.items === undefined && people.error === undefined && <Loading />}
      {people.items?.length === 0 && <Empty title="Only the owner works here">Invite somebody by mail, and say what they may do.</Empty>}
      <ul class="rows">
        {people.items?.map((member) => (
          <li key={member.user_id} class="row row-open">
            <Member member={member} staffs={staffs} changed={(text) => done(people, text)} />
          </li>
        ))}
      </ul>
      <More list={people} />
      {invitations.items !== undefined && invitations.items.length > 0 && (
        <section aria-labelledby="invited">
          <h2 id="invited">{count(invitations.items.length, "open invitation")}</h2>
          <ul class="rows">
            {invitations.items.map((invitation) => (
              <li key={invitation.id} class="row row-open">
                <Invited invitation={invitation} staffs={staffs} withdrawn={() => done(invitations, "Withdrawn.")} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Invite({ invited, cancel }: { invited: (invitation: StaffInvitation) => void; cancel: () => void }): JSX.Element {
  const [email, setEmail] = useState("");
  const [chosen, choose] = useState<ReadonlySet<SellerRight>>(new Set());
  const id = useMemo(newId, [email, chosen]);
  const sending = useSending(["email", "rights"]);
  const send = async (): Promise<void> => invited(await call("staff.invite", { invitation_id: id, email, rights: [...chosen] }));
  return (
    <div class="panel">
      <h2>Invite somebody</h2>
      <Form sending={sending} submit="Send the invitation" busy="Sending…" cancel={cancel} check={() => missing({ email }, { email: "their e-mail address" }) ?? noRights(chosen)} send={send}>
        <Field label="E-mail" name="email" type="email" autocomplete="off" hint="The link in the mail works once, for a week." value={email} set={setEmail} error={sending.errors.email} />
        <RightsPicker chosen={chosen} set={choose} error={sending.errors.rights} />
      </Form>
    </div>
  );
}

interface MemberProps {
  member: StaffMember;
  staffs: boolean;
  changed: (text: string) => void;
}

function Member({ member, staffs, changed }: MemberProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const [asking, ask] = useState(false);
  const self = member.user_id === me.value?.id;
  const remove = async (): Promise<void> => {
    if (self) await call("staff.leave", {});
    else await call("staff.remove", { user_id: member.user_id });
    if (self) await edited();
    else changed(`${member.name} does not work for the shop any more.`);
  };
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">{self ? `${member.name} (you)` : member.name}</p>
          <p class="soft">
            {member.email} · since {calendarDay(member.since)}
          </p>
          <p class="soft">{rightsText(member.rights)}</p>
        </div>
        {staffs && (
          <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Close" : "Rights"}
            <span class="hidden"> of {member.name}</span>
          </button>
        )}
        {(staffs || self) && (
          <button type="button" class="button button-quiet button-small" onClick={() => ask(true)}>
            {self ? "Leave" : "Remove"}
            <span class="hidden"> {self ? "the shop" : member.name}</span>
          </button>
        )}
      </div>
      {open && (
        <Rights
          member={member}
          saved={() => {
            setOpen(false);
            changed("Saved.");
          }}
          cancel={() => setOpen(false)}
        />
      )}
      {asking && (
        <Confirm title={self ? "Leave the shop?" : `Remove ${member.name}?`} action={self ? "Leave" : "Remove"} close={() => ask(false)} run={remove}>
          <p>The shop's pages close at once, on every device. Invitations that were sent from there do not work any more.</p>
        </Confirm>
      )}
    </>
  );
}

function Rights({ member, saved, cancel }: { member: StaffMember; saved: () => void; cancel: () => void }): JSX.Element {
  const [chosen, choose] = useState<ReadonlySet<SellerRight>>(() => new Set(member.rights));
  const sending = useSending(["rights"]);
  const send = async (): Promise<void> => {
    await call("staff.edit", { user_id: member.user_id, rights: [...chosen] });
    saved();
  };
  return (
    <Form sending={sending} submit="Save the rights" busy="Saving…" cancel={cancel} label={`Rights of ${member.name}`} check={() => noRights(chosen)} send={send}>
      <RightsPicker chosen={chosen} set={choose} error={sending.errors.rights} />
    </Form>
  );
}

function Invited({ invitation, staffs, withdrawn }: { invitation: StaffInvitation; staffs: boolean; withdrawn: () => void }): JSX.Element {
  const doing = useDoing();
  const withdraw = async (): Promise<void> => {
    await call("staff.withdraw", { invitation_id: invitation.id });
    withdrawn();
  };
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">{invitation.email}</p>
          <p class="soft">
            {rightsText(invitation.rights)} · until {day(invitation.expires_at)}
          </p>
        </div>
        {staffs && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(withdraw)}>
            Withdraw<span class="hidden"> the invitation of {invitation.email}</span>
          </button>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
    </>
  );
}
