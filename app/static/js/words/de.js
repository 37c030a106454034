// Made by bin/translate from messages.po.
export default {};
