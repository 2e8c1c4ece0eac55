"""A second verifier of copies, written from README.md alone: python3 verify_copy.py folder key.pem

Prints the findings of the first one, and how many leaves of each log are proven: {"findings":[…],"proven":{…}}.
"""
import base64, json, os, re, sys
from verify_audit import Finding, canonical, open_note, sha

def lines(folder, kind):
    """Objects on the lines of all files of a kind, in the order of their names; half lines are passed over."""
    for name in sorted(name for name in os.listdir(folder) if re.match(kind + r"[-.]", name)):
        for line in open(os.path.join(folder, name), encoding="utf-8", newline="\n").read().split("\n"):
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value

def signed_roots(folder, organization, key):
    roots, bad = {}, []
    for line in sorted(lines(folder, "checkpoints"), key=lambda line: line["size"]):
        try:
            origin, size, root = open_note(line["note"], key)
        except Finding:
            origin, size, root = "", -1, b""
        right = size == line["size"] and origin.split("/")[-1] == organization
        if right and roots.setdefault(size, root) == root:
            continue
        bad.append(line["size"])
    return roots, bad

def root_of(leaves):
    """RFC 6962, 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:]))

def verify_log(folder, organization, key):
    findings, leaves, proven = [], [], 0
    def find(fault, **more):
        findings.append({"where": "copy", "organization_id": int(organization), "fault": fault, **more})
    roots, bad = signed_roots(folder, organization, key)
    for size in bad or ([] if roots else [0]):
        find("note", size=size)
    end = max(roots, default=0)
    events = {}
    for line in lines(folder, "events"):
        events.setdefault(line["leaf_index"], line["event"])
    for line in lines(folder, "leaves"):
        place, name = line["leaf_index"], line["event_id"]
        if len(leaves) == end or place > len(leaves):
            break
        if place < len(leaves):
            continue
        leaf, event = bytes.fromhex(line["leaf_hash"]), events.get(place)
        if not event or event["event_id"] != name or sha(b"\x00" + canonical(event).encode()) != leaf:
            find("event", leaf_index=place, event_id=name)
        leaves.append(leaf)
        if len(leaves) in roots and root_of(leaves) != roots[len(leaves)]:
            find("root", leaves=[proven, len(leaves)])
            return findings, proven
        proven = len(leaves) if len(leaves) in roots else proven
    if len(leaves) < end:
        find("place", leaf_index=len(leaves))
    return findings, proven

path, key = sys.argv[1:]
answer = {"findings": [], "proven": {}}
for organization in sorted((name for name in os.listdir(path) if name.isdigit()), key=int):
    findings, answer["proven"][organization] = verify_log(os.path.join(path, organization), organization, key)
    answer["findings"] += findings
print(json.dumps(answer, separators=(",", ":")))
sys.exit(1 if answer["findings"] else 0)
