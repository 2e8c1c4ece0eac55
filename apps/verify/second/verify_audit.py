"""A second verifier of audit exports, written from README.md alone: python3 verify_audit.py export.ndjson key.pem [past-term]

Standard library only; `openssl pkeyutl` checks the Ed25519 signature. Prints the same verdict as the first one.
"""
import base64, hashlib, json, re, subprocess, sys, tempfile

SPKI = bytes.fromhex("302a300506032b6570032100")

class Finding(Exception):
    def __init__(self, fault, leaf_index=None, event_id=None):
        self.verdict = {"ok": False, "fault": fault, "leaf_index": leaf_index, "event_id": event_id}

def sha(data):
    return hashlib.sha256(data).digest()

def in_order(value, level=0):
    if level > 32:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: in_order(value[name], level + 1) for name in names}
    return [in_order(item, level + 1) for item in value] if isinstance(value, list) else value

def canonical(value):
    return json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":"))

def parsed(lines, index):
    line = next(lines, None)
    if line is None:
        raise Finding("end", index)
    try:
        value = json.loads(line)
        if isinstance(value, dict) and canonical(value) == line:
            return value
    except ValueError:
        pass
    raise Finding("form", index)

def signed(key, text, signature):
    with tempfile.NamedTemporaryFile() as message, tempfile.NamedTemporaryFile() as proof:
        message.write(text), message.flush(), proof.write(signature), proof.flush()
        command = f"openssl pkeyutl -verify -rawin -pubin -inkey {key} -in {message.name} -sigfile {proof.name}"
        return subprocess.run(command.split(" "), capture_output=True).returncode == 0

def open_note(note, key):
    found = re.fullmatch(r"(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n)\n((?:— [^\s+]+ [A-Za-z0-9+/]+=*\n)+)", note)
    if not found:
        raise Finding("note")
    text, origin, size, root, signatures = found.groups()
    der = base64.b64decode("".join(open(key).read().split("-----")[2].split()))
    key_id = sha(origin.encode() + b"\n\x01" + der[len(SPKI):])[:4]
    for line in signatures.splitlines():
        _, name, encoded = line.split(" ")
        blob = base64.b64decode(encoded)
        if name == origin and len(blob) == 68 and blob[:4] == key_id and signed(key, text.encode(), blob[4:]):
            return origin, int(size), base64.b64decode(root)
    raise Finding("note")

def root_from(leaf, start, size, path):
    """RFC 6962, 2.1.1, downwards: the last hash of the path is the sibling under the root."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else b""
    half = 1 << (size - 1).bit_length() - 1
    if start < half:
        return sha(b"\x01" + root_from(leaf, start, half, path[:-1]) + path[-1])
    return sha(b"\x01" + path[-1] + root_from(leaf, start - half, size - half, path[:-1]))

def verify(lines, key, past_term=0):
    head = parsed(lines, None)
    first = head.get("first")
    if head.get("format") != "restartix-audit-export/1" or type(first) is not int or first < 0:
        raise Finding("form")
    origin, size, root = open_note(str(head.get("checkpoint")), key)
    for index in range(first, size):
        line = parsed(lines, index)
        if "end" in line:
            raise Finding("end", index)
        event, hashes = line.get("event"), [line.get("leaf_hash"), *line.get("proof", [None])]
        name = line.get("event_id")
        if line.get("leaf_index") != index:
            raise Finding("place", index, name)
        if not all(isinstance(item, str) and re.fullmatch("[0-9a-f]{64}", item) for item in hashes):
            raise Finding("form", index, name)
        leaf, *path = map(bytes.fromhex, hashes)
        recorded = event and event.get("event_id") == name and sha(b"\x00" + canonical(event).encode()) == leaf
        if not recorded and (event is not None or index >= past_term):
            raise Finding("event", index, name)
        if event is not None and str(event["organization_id"]) != origin.split("/")[-1]:
            raise Finding("organization", index, name)
        if root_from(leaf, index, size, path) != root:
            raise Finding("proof", index, name)
    if parsed(lines, size).get("end") != size or next(lines, None) is not None:
        raise Finding("end", size)
    return {"ok": True, "origin": origin, "size": size, "checked": max(size - first, 0)}

if __name__ == "__main__":
    try:
        verdict = verify(iter(open(sys.argv[1], encoding="utf-8", newline="\n").read().rstrip("\n").split("\n")), sys.argv[2], *map(int, sys.argv[3:]))
    except Finding as finding:
        verdict = finding.verdict
    print(json.dumps(verdict, separators=(",", ":")))
    sys.exit(0 if verdict["ok"] else 1)
