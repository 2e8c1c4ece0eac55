/** How a message reaches a person. */
export const MESSAGE_CHANNELS = ['email', 'sms', 'push'] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

/** Every template a message may be made from, and what it says in its text: exactly these fields. */
export const MESSAGE_TEMPLATES = {
  'step_up.code': ['code'],
  'step_up.locked': [],
  'break_glass.opened': ['session_id'],
  'appointment.booked': ['appointment_id'],
  'appointment.reminder': ['appointment_id'],
  'appointment.cancelled': ['appointment_id'],
  'appointment.low_rating': ['appointment_id'],
  'waitlist.offered': ['entry_id'],
  'patient.claim': ['code'],
} as const satisfies Record<string, readonly string[]>;

export type MessageTemplate = keyof typeof MESSAGE_TEMPLATES;

/** What a template needs. Values are sealed before they are stored. */
export type MessageData<T extends MessageTemplate> = Readonly<
  Record<(typeof MESSAGE_TEMPLATES)[T][number], string>
>;
